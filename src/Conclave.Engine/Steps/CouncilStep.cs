using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Steps;

/// <summary>
/// <c>uses: council</c>: one vote for each conflict of the comparison before it. Every voter is asked about every conflict in both orders of its
/// options, all at the same time; the counting is code.
/// </summary>
public sealed class CouncilStep : IStep
{
    private const string DefaultTie = "domain-owner";

    /// <inheritdoc />
    public StepKind Kind { get; } = new("council")
    {
        With = ImmutableDictionary<string, bool>.Empty.Add("voters", true).Add("quorum", false).Add("tie", false),
        Output = CouncilSchemas.All["decisions"],
        Prompts = ["ballot"],
        Reads = ["comparison"],
        AsksOnlyNamedAgents = true,
        // Each voter sees the options in both orders.
        Questions = [new StepQuestions("ballot", AskedAgents.Voters, (_, _) => 2, "conflict")],
    };

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var comparison = context.Output<Comparison>("comparison");
        var voters = Voters(context);
        var quorum = context.With("quorum") is JsonValue given && given.TryGetValue<decimal>(out var number) ? (int)number : 2;
        if (context.With("tie") is JsonValue tie && tie.ToString() != DefaultTie)
        {
            return new StepResult.Failed("CONC041", $"`tie` of phase `{context.Phase.Id}` can't be `{tie}`; write `{DefaultTie}`");
        }

        var ballots = await Task.WhenAll(
            from conflict in comparison.Conflicts
            from voter in voters
            from order in Enumerable.Range(0, 2)
            select Vote(context, conflict, voter, order, cancel));
        var decisions = comparison.Conflicts.Select(conflict => Tally.Decide(conflict, ballots.Where(ballot => ballot.Conflict == conflict.Id), quorum)).ToImmutableArray();
        foreach (var decision in decisions)
        {
            await context.Record(new EntryBody.DecisionMade(decision), state => state.Decisions.Exists(known => known.Conflict.Id == decision.Conflict.Id));
        }

        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(new CouncilOutput(decisions), EngineJson.Options))
        {
            Files = [.. decisions.Select((decision, index) => Record(decision, ballots, index + 1))],
            Notes = [.. decisions.Where(decision => decision.Method != DecisionMethod.Majority).Select(Degraded)],
        };
    }

    private static ImmutableArray<AgentId> Voters(StepContext context) => context.With("voters") switch
    {
        JsonArray { Count: > 0 } list => [.. list.Select(name => context.Existing(name?.ToString() ?? ""))],
        _ => throw new StepFailedException("CONC041", $"`voters` of phase `{context.Phase.Id}` must be a list of agents"),
    };

    // The voter sees letters, not authors; in the second order the letters change places.
    private static async Task<Ballot> Vote(StepContext context, Conflict conflict, AgentId voter, int order, CancellationToken cancel)
    {
        var options = order == 0 ? conflict.Options : [.. conflict.Options.Reverse()];
        var prompt = context.Render("ballot", new JsonObject
        {
            ["question"] = conflict.Question,
            ["option_a"] = options[0].Text,
            ["option_b"] = options[1].Text,
            ["evidence"] = string.Join('\n', conflict.Evidence.Select(line => $"- {line}")),
        });
        var schema = CouncilSchemas.All["ballot"];
        var reader = await JsonAnswers.For(schema);
        var seat = context.State.Seat(voter).Agent;
        var name = $"{conflict.Id}/{voter}/{(order == 0 ? "ab" : "ba")}";
        var result = await context.AskIfUp(new AskRequest<BallotAnswer>(name, voter, "ballot", prompt, text => Valid(reader.Read<BallotAnswer>(text))) { Output = schema }, cancel);
        var ballot = result switch
        {
            AskResult<BallotAnswer>.Answered answered => new Ballot(
                conflict.Id, voter, answered.Agent.Provider, answered.Agent.Model, order, Choice(answered.Value, options), answered.Value.Reason, answered.Value.Evidence, null, answered.CostUsd),
            AskResult<BallotAnswer>.Unanswered none => new Ballot(conflict.Id, voter, seat.Provider, seat.Model, order, null, "", [], none.Reason, 0m),
            _ => throw new InvalidOperationException("No rule for this result."),
        };
        await context.Record(new EntryBody.BallotCast(ballot), state => state.Ballots.Exists(known => known.Conflict == ballot.Conflict && known.Voter == voter && known.Order == order));
        return ballot;
    }

    private static Reading<BallotAnswer> Valid(Reading<BallotAnswer> reading) => reading is Reading<BallotAnswer>.Read { Value.Choice: not ("A" or "B" or "abstain") } wrong
        ? new Reading<BallotAnswer>.Unreadable($"`choice` must be `A`, `B` or `abstain`, not `{wrong.Value.Choice}`.")
        : reading;

    private static string? Choice(BallotAnswer answer, ImmutableArray<ConflictOption> options) => answer.Choice switch
    {
        "A" => options[0].Id,
        "B" => options[1].Id,
        _ => null,
    };

    private static WrittenFile Record(CouncilDecision decision, IEnumerable<Ballot> ballots, int number)
    {
        var blob = Blob.Of(DecisionRecord.Render(decision, [.. ballots.Where(ballot => ballot.Conflict == decision.Conflict.Id)], number));
        return new WrittenFile(new FileChange(DecisionRecord.Path(decision, number), blob.Id, null, null, []), blob);
    }

    private static string Degraded(CouncilDecision decision) =>
        $"`{decision.Conflict.Id}` found no majority and was settled {(decision.Method == DecisionMethod.DomainOwner ? $"by its owner, {decision.Conflict.Owner}" : "by the default, its first option")}";
}
