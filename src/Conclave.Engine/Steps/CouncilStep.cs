using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Steps;

/// <summary>
/// <c>uses: council</c>: settles each conflict of the comparison before it. Hard facts come first, then one vote, one critique where the project hangs
/// on it, the agent whose field it is, and a human. All votes are cast at the same time; the counting is code.
/// </summary>
public sealed class CouncilStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("council")
    {
        With = CouncilWith.Keys,
        Check = CouncilWith.Check,
        Output = CouncilSchemas.All["decisions"],
        Prompts = ["ballot", "critique"],
        Reads = ["comparison", "requirements"],
        AsksOnlyNamedAgents = true,
        // Each voter sees the options in both orders.
        Questions =
        [
            new StepQuestions("ballot", AskedAgents.Voters, (_, _) => 2, "conflict"),
            new StepQuestions("critique", AskedAgents.Voters, (_, _) => 2, "blocking conflict without a decision"),
        ],
    };

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var (with, problem) = CouncilWith.Read(context.With);
        if (with is null)
        {
            return new StepResult.Failed("CONC041", $"`with` of phase `{context.Phase.Id}`: {problem}");
        }

        var comparison = context.Output<Comparison>("comparison");
        var requirements = context.Outputs("requirements") is [.., var last] ? last.Output.Deserialize<Requirements>(EngineJson.Options) : null;
        var vote = new CouncilVote(context, with, requirements);
        var settled = await Task.WhenAll(comparison.Conflicts.Select(conflict => vote.Settle(conflict, cancel)));
        var decisions = ImmutableArray.CreateBuilder<CouncilDecision>();
        // One question to a human after the other: each stands alone when it is answered.
        foreach (var open in settled)
        {
            var decision = open.Choice is { } choice ? open.Decision(choice, open.Method) : await Escalate(context, with, open, cancel);
            if (decision is null)
            {
                return new StepResult.Failed("CONC100", $"`{open.Conflict.Id}` is undecided ({open.Why}), and nobody is there to be asked");
            }

            await context.Record(new EntryBody.DecisionMade(decision), state => state.Decisions.Exists(known => known.Conflict.Id == decision.Conflict.Id));
            decisions.Add(decision);
        }

        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(new CouncilOutput(decisions.ToImmutable()), EngineJson.Options))
        {
            Files = [.. decisions.Select((decision, index) => Record(decision, settled[index].Ballots, index + 1))],
            Notes = [.. decisions.SelectMany(Notes)],
        };
    }

    private static async Task<CouncilDecision?> Escalate(StepContext context, CouncilWith with, Settlement open, CancellationToken cancel)
    {
        var (fallback, method) = open.Fallback(with.Unattended);
        if (fallback is null && context.State.Created.Settings.Unattended)
        {
            return null;
        }

        var given = await context.AskHuman(new GateRequest($"decide/{open.Conflict.Id}", open.Question(), [.. open.Conflict.OpenOptions().Select(option => option.Id)]) { Default = fallback }, cancel);
        return given.By == GateAnswerer.User
            ? open.Decision(given.Choice, DecisionMethod.Human) with { Comment = given.Comment }
            : open.Decision(given.Choice, method) with { Why = $"{open.Why}; nobody was there to be asked" };
    }

    private static WrittenFile Record(CouncilDecision decision, ImmutableArray<Ballot> ballots, int number)
    {
        var blob = Blob.Of(DecisionRecord.Render(decision, ballots, number));
        return new WrittenFile(new FileChange(DecisionRecord.Path(decision, number), blob.Id, null, null, []), blob);
    }

    private static IEnumerable<string> Notes(CouncilDecision decision)
    {
        if (decision.Method is DecisionMethod.DomainOwner or DecisionMethod.Default or DecisionMethod.Human)
        {
            var by = decision.Method switch
            {
                DecisionMethod.DomainOwner => $"by its owner, {decision.Conflict.Owner}",
                DecisionMethod.Human => "by a human",
                _ => "by the default, its first option",
            };
            yield return $"`{decision.Conflict.Id}` was not settled by the vote ({decision.Why}) but {by}";
        }

        if (decision.Votes.Where(vote => vote.Note?.StartsWith("absent", StringComparison.Ordinal) == true).Select(vote => vote.Voter.Value).ToList() is { Count: > 0 } absent)
        {
            yield return $"`{decision.Conflict.Id}` was voted on without {string.Join(" and ", absent)}";
        }
    }
}
