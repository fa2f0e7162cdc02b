using Conclave.Engine.Definition;
using Conclave.Engine.Execution;

namespace Conclave.Workspace.Steps;

/// <summary>Finds an agent of another vendor than an author's, because models favour their own work.</summary>
internal static class OtherVendors
{
    /// <summary>The agent that reviews an author's files: one that builds too if there is one, else any of another vendor, else any other agent.</summary>
    public static AgentId Reviewer(SessionState state, AgentId author) => Rank(state, author).First();

    /// <summary>The agent that takes over a repair; the author itself when it is alone.</summary>
    public static AgentId Substitute(SessionState state, AgentId author) => Rank(state, author).First();

    private static IEnumerable<AgentId> Rank(SessionState state, AgentId author)
    {
        var vendor = state.Seat(author).Agent.Provider;
        var builders = state.Files.Values.Select(file => file.Agent).OfType<AgentId>().ToHashSet();
        return state.Created.Agents.Select(seat => seat.Agent)
            .OrderBy(agent => agent.Id == author)
            .ThenBy(agent => agent.Provider == vendor)
            .ThenBy(agent => !builders.Contains(agent.Id))
            .ThenBy(agent => agent.Id.Value, StringComparer.Ordinal)
            .Select(agent => agent.Id);
    }
}
