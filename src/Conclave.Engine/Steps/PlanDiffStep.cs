using System.Text.Json;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Steps;

/// <summary><c>uses: plan-diff</c>: compares the two plans before it, in code; no model is asked.</summary>
public sealed class PlanDiffStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("plan-diff")
    {
        Output = CouncilSchemas.All["comparison"],
        Reads = ["plan", "requirements"],
        AsksOnlyNamedAgents = true,
        Questions = [],
    };

    /// <inheritdoc />
    public Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var plans = context.Outputs("plan").Where(plan => context.Phase.Needs.Contains(plan.Phase.Id)).ToList();
        if (plans.Count != 2)
        {
            return Task.FromResult<StepResult>(new StepResult.Failed("CONC040", $"`plan-diff` compares two plans, and phase `{context.Phase.Id}` needs {plans.Count} phases with `output: plan`"));
        }

        var requirements = context.Outputs("requirements") is [.., var last] ? last.Output.Deserialize<Requirements>(EngineJson.Options) : null;
        var output = JsonSerializer.SerializeToNode(PlanDiff.Compare(PlanSet.Of(requirements, plans.Select(plan => Authored(context, plan)))), EngineJson.Options);
        return Task.FromResult<StepResult>(new StepResult.Succeeded(output));
    }

    private static AuthoredPlan Authored(StepContext context, (Phase Phase, System.Text.Json.Nodes.JsonNode Output) plan) =>
        new(context.AgentOf(plan.Phase), plan.Output.Deserialize<Plan>(EngineJson.Options)!);
}
