using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>
/// What the names in one workflow file mean in the whole graph. A file that another one uses has names of its own: its phases are
/// <c>parent/child</c>, its inputs are what the parent gives, its agents are its own and behind them the parent's.
/// </summary>
/// <param name="Prefix">Stands before the names of its phases; empty for the file that was started.</param>
/// <param name="Use">How it is used; null for the file that was started.</param>
public sealed record WorkflowScope(string Prefix, WorkflowUse? Use)
{
    /// <summary>The file that was started.</summary>
    public static WorkflowScope Root { get; } = new("", null);

    /// <summary>The phase that is called so here.</summary>
    public PhaseId Phase(string name) => new(Prefix + name);

    /// <summary>The agent that is called so here; it need not exist.</summary>
    public AgentId Agent(string name) => Use is null ? new AgentId(name)
        : Use.Agents.TryGetValue(name, out var own) ? own
        : Use.Outer.Agent(name);
}

/// <summary>One use of a workflow file by a phase of another one.</summary>
/// <param name="Outer">Where the using phase stands.</param>
/// <param name="By">The using phase, and its step.</param>
/// <param name="Cell">The matrix values of that step, which the inputs may read.</param>
/// <param name="Inputs">The inputs that the phase gives; texts may be templates, in the outer scope.</param>
/// <param name="Defaults">The values of the inputs that it does not give.</param>
/// <param name="Agents">The agents that the file defines itself, by their names in it.</param>
public sealed record WorkflowUse(
    WorkflowScope Outer,
    StepPlace By,
    MatrixCell Cell,
    ImmutableSortedDictionary<string, JsonNode?> Inputs,
    ImmutableSortedDictionary<string, JsonNode?> Defaults,
    ImmutableDictionary<string, AgentId> Agents);

/// <summary>A step of a phase.</summary>
/// <param name="Step">Its label; empty without a matrix.</param>
public readonly record struct StepPlace(PhaseId Phase, string Step);
