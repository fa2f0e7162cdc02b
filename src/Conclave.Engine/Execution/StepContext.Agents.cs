using Conclave.Engine.Definition;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>The agent of another phase, for a phase without a matrix.</summary>
    public AgentId AgentOf(Phase phase) => phase.Agent is { } template
        ? Existing(template.Expand(SessionContexts.Of(phase, State, template.Expressions)), phase.Scope)
        : throw new StepFailedException("CONC031", $"phase `{phase.Id}` names no agent");
}
