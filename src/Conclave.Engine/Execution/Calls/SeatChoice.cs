using System.Text;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>
/// Who stands in when an agent can't answer: in the user's order, the first whose model can do what the call needs. What is not known keeps nobody out.
/// </summary>
internal static class SeatChoice
{
    // A token stands for more letters than this only in texts that nobody sends; so only a question that surely does not fit keeps a model out.
    private const int BytesPerToken = 4;

    /// <summary>The next seat; null when there is none.</summary>
    /// <param name="needs">What else it must have; null for nothing.</param>
    public static int? After(CallPlan plan, int seat, Func<Agent, bool>? needs)
    {
        for (var next = seat + 1; next < plan.Seats.Length; next++)
        {
            if (Can(plan, plan.Seats[next]) && (needs is null || needs(plan.Seats[next])))
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>Whether an agent's model takes the call: its question and answer together, an answer of that length, and the form that is asked for.</summary>
    public static bool Can(CallPlan plan, Agent agent)
    {
        if (agent.Abilities is not { } abilities)
        {
            return true;
        }

        var answer = Math.Min(plan.MaxOutputTokens, plan.Seats[0].MaxOutputTokens ?? int.MaxValue);
        var question = (Encoding.UTF8.GetByteCount(plan.Prompt) + Encoding.UTF8.GetByteCount(agent.Role ?? "")) / BytesPerToken;
        return (plan.Output is null || abilities.OutputSchema)
            && answer <= abilities.MaxOutputTokens
            && question + (long)answer <= abilities.ContextTokens;
    }

    /// <summary>Whether a model may take what was too long for another.</summary>
    public static bool HasLongerContext(Agent agent, Agent than) =>
        agent.Abilities is not { } abilities || than.Abilities is not { } others || abilities.ContextTokens > others.ContextTokens;
}
