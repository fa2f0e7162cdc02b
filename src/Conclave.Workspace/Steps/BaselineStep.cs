using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Files;
using Conclave.Workspace.Verification;

namespace Conclave.Workspace.Steps;

/// <summary><c>uses: baseline</c>: runs the tests of the project as it is, in the sandbox, so that a later <c>verify</c> can say what a change broke.</summary>
public sealed class BaselineStep(ProjectVerifier verifier, Func<SessionId, string> workDirectory) : IStep
{
    /// <summary>What the planner knows about it.</summary>
    public static StepKind Definition { get; } = new("baseline") { Reads = [], AsksOnlyNamedAgents = true, Questions = [] };

    /// <inheritdoc />
    public StepKind Kind => Definition;

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var texts = await ProjectTexts.Load(context, cancel);
        // Running tests again after a crash costs time and nothing else.
        var baseline = await context.Once("check", _ => Task.FromResult<Baseline?>(null), async token => Baseline.Of(await Check(context, texts, token)), cancel);
        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(baseline, EngineJson.Options) as JsonObject)
        {
            Notes = [baseline.Sentence],
        };
    }

    private async Task<VerificationReport> Check(StepContext context, ProjectTexts texts, CancellationToken cancel)
    {
        var tree = Path.Combine(workDirectory(context.State.Id), "baseline");
        DisposableTree.Remove(tree);
        Directory.CreateDirectory(workDirectory(context.State.Id));
        TreeLayout.Write(tree, texts.Blobs.Select(file => (file.Key, file.Value.Content.Content)));
        try
        {
            return await verifier.Verify(tree, cancel);
        }
        finally
        {
            DisposableTree.Remove(tree);
        }
    }
}
