using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Steps;

/// <summary>
/// <c>uses: approval</c>: a human answers a question. <c>reject</c> fails the phase; any other option is the output. Without an answer in time the
/// default is taken; without a default the phase fails.
/// </summary>
public sealed class ApprovalStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("approval")
    {
        With = ImmutableDictionary<string, bool>.Empty.Add("question", true).Add("options", false).Add("timeout", false).Add("default", false),
        Output = CouncilSchemas.All["approval"],
        Check = phase => ApprovalWith.Check(phase),
        Notice = phase => ApprovalWith.Notice(phase),
        Reads = [],
        AsksOnlyNamedAgents = true,
        Questions = [],
    };

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var (with, problem) = ApprovalWith.Read(context.With);
        if (with is null)
        {
            return new StepResult.Failed("CONC055", $"`with` of phase `{context.Phase.Id}`: {problem}");
        }

        var given = await context.AskHuman(new GateRequest("approval", with.Question, with.Options) { DueAfter = with.Timeout, Default = with.Default }, cancel);
        if (given.Choice == ApprovalWith.Reject)
        {
            return new StepResult.Failed("CONC053", $"{Rejected(given)}{(given.Comment is { } why ? $": {why}" : "")}");
        }

        var approval = new Approval(given.Choice, given.Choice == ApprovalWith.Approve, given.Comment, given.By);
        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(approval, EngineJson.Options)) { Notes = Degraded(given) };
    }

    private static string Rejected(EntryBody.ApprovalGiven given) => given.By switch
    {
        GateAnswerer.User => "the user rejected it",
        GateAnswerer.Timeout => "nobody answered in time, and the default is to reject it",
        _ => "nobody was there to be asked, and the default is to reject it",
    };

    private static ImmutableArray<string> Degraded(EntryBody.ApprovalGiven given) => given.By switch
    {
        GateAnswerer.User => [],
        GateAnswerer.Timeout => [$"nobody answered in time, so the default `{given.Choice}` was taken"],
        _ => [$"nobody was there to be asked, so the default `{given.Choice}` was taken"],
    };
}
