using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;
using Conclave.Server.Hosting;

namespace Conclave.Server.Asking;

/// <summary>Who a question by hand is for: an agent of a workflow, or <c>vendor/model</c>.</summary>
public static class QuestionAgent
{
    /// <summary>The agent that a name means.</summary>
    /// <param name="providers">The vendors that can be asked on this machine.</param>
    public static Refusable<Agent> Find(string name, Workflow workflow, IReadOnlyCollection<string> providers)
    {
        if (name.Split('/', 2) is [var provider, { Length: > 0 } model])
        {
            return providers.Contains(provider)
                ? new Agent(new AgentId("asked"), provider, model, null, null, null, [])
                : new Refusal(RefusalKind.Invalid, $"CONC436 there is no provider `{provider}`", NearMiss.Suggest(provider, providers));
        }

        return workflow.Agents.Values.FirstOrDefault(agent => agent.Id.Value == name) is { } known
            ? known with { Id = new AgentId("asked"), Fallback = [] }
            : new Refusal(RefusalKind.Invalid, $"CONC436 workflow `{workflow.Name}` has no agent `{name}`", $"{NearMiss.Suggest(name, workflow.Agents.Keys.Select(id => id.Value))}; or write PROVIDER/MODEL, such as openai/gpt-6-luna");
    }

    /// <summary>The agent with the model's own limit of output, or why it can't be asked: nobody knows what it costs.</summary>
    public static Refusable<Agent> Priced(Agent agent, ModelProfile? profile) => profile is { Price: not null }
        ? agent with { MaxOutputTokens = Math.Min(profile.MaxOutputTokens, agent.MaxOutputTokens ?? int.MaxValue) }
        : new Refusal(
            RefusalKind.Invalid,
            $"CONC402 nobody knows what {agent.Provider}'s {agent.Model} costs, so it is not used",
            "say what it costs at most with --price IN/OUT in USD per million tokens (0/0 for one's own server), or for good under `models:` in config.yaml");
}
