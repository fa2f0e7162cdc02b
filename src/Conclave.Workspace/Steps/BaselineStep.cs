using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Planning;
using Conclave.Workspace.Verification;

namespace Conclave.Workspace.Steps;

/// <summary><c>uses: baseline</c>: runs the tests of the project as it is, in the sandbox, so that a later <c>verify</c> can say what a change broke.</summary>
public sealed class BaselineStep(ProjectCheck check) : IStep
{
    /// <summary>What the planner knows about it.</summary>
    public static StepKind Definition { get; } = new("baseline") { With = ImmutableDictionary<string, bool>.Empty.Add(ProjectCheck.Parameter, false), Check = InstallParameter.Check, Reads = [], AsksOnlyNamedAgents = true, Questions = [] };

    /// <inheritdoc />
    public StepKind Kind => Definition;

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var texts = await ProjectTexts.Load(context, cancel);
        var permission = await check.Permission(context, texts, ProjectCheck.Parameter, cancel);
        // Running tests again after a crash costs time and nothing else.
        var baseline = await context.Once("check", _ => Task.FromResult<Baseline?>(null), async token => Baseline.Of(await check.Run(context, texts, "baseline", permission, token)), cancel);
        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(baseline, EngineJson.Options) as JsonObject)
        {
            Notes = [baseline.Sentence],
        };
    }
}
