using System.Collections.Immutable;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Server.Hosting;

/// <summary>Decides who plays each role, in the open: where a vendor's key is missing, another agent's model stands in.</summary>
public static class AgentRoster
{
    /// <summary>Each agent as the workflow names it, for who wants to know before there are keys.</summary>
    public static ImmutableArray<AgentSeat> AsWritten(Workflow workflow, Func<string, string, ModelProfile?> profile) =>
        [.. workflow.Agents.Values.OrderBy(agent => agent.Id.Value, StringComparer.Ordinal).Select(agent => Limited(new AgentSeat(agent, null), profile))];

    /// <summary>The seats of a session; null when no role can be played by anybody.</summary>
    /// <param name="available">The providers that can be asked.</param>
    /// <param name="profile">The facts about a model; its output limit becomes the agent's own.</param>
    public static ImmutableArray<AgentSeat>? Seat(Workflow workflow, IReadOnlySet<string> available, Func<string, string, ModelProfile?> profile)
    {
        var agents = workflow.Agents.Values.OrderBy(agent => agent.Id.Value, StringComparer.Ordinal).ToList();
        var seats = agents.ConvertAll(agent => Seat(agent, workflow, agents, available));
        return seats.Contains(null) ? null : [.. seats.Select(seat => Limited(seat!, profile))];
    }

    private static AgentSeat? Seat(Agent agent, Workflow workflow, List<Agent> all, IReadOnlySet<string> available)
    {
        if (available.Contains(agent.Provider))
        {
            return new AgentSeat(agent, null);
        }

        var standIn = agent.Fallback.Select(id => workflow.Agents[id]).Concat(all).FirstOrDefault(other => available.Contains(other.Provider));
        return standIn is null
            ? null
            : new AgentSeat(agent with { Provider = standIn.Provider, Model = standIn.Model, Effort = standIn.Effort, MaxOutputTokens = standIn.MaxOutputTokens }, agent.Provider);
    }

    // Fixed at the start, so that a catalog that changes later does not change the questions of a session under way.
    private static AgentSeat Limited(AgentSeat seat, Func<string, string, ModelProfile?> profile)
    {
        var known = profile(seat.Agent.Provider, seat.Agent.Model);
        var limit = (known?.MaxOutputTokens, seat.Agent.MaxOutputTokens) switch
        {
            (null, var own) => own,
            (var most, null) => most,
            var (most, own) => Math.Min(most.Value, own.Value),
        };
        var abilities = known is null ? null : new ModelAbilities(known.ContextTokens, known.MaxOutputTokens, known.OutputSchema);
        return seat with { Agent = seat.Agent with { MaxOutputTokens = limit, Abilities = abilities } };
    }
}
