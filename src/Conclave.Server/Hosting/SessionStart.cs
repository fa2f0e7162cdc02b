using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Server.Hosting;

/// <summary>A wish that was checked: everything is there to begin.</summary>
internal sealed record SessionStart(NewSession Wish, WorkflowSource Source, Workflow Workflow, JsonObject Inputs, ImmutableArray<AgentSeat> Seats)
{
    /// <summary>Checks a wish; the first thing that is wrong is the refusal, a workflow's problems all together.</summary>
    public static Refusable<SessionStart> Check(
        NewSession wish, WorkflowLibrary library, Func<string, string, ModelProfile?> profile, IReadOnlySet<string> available)
    {
        if (DescriptionText.Check(wish.Description) is { } noText)
        {
            return noText;
        }

        if (WorkflowLibrary.Find(wish.Workflow) is not { } source)
        {
            return new Refusal(RefusalKind.Invalid, $"CONC204 there is no workflow `{wish.Workflow}`, neither built in nor as a file", NearMiss.Suggest(wish.Workflow, WorkflowLibrary.BuiltIn));
        }

        var planned = library.Plan(source);
        if (planned.Value is not { } workflow)
        {
            return new Refusal(RefusalKind.Invalid, string.Join('\n', planned.Problems));
        }

        var (inputs, wrongInput) = ReadInputs(wish, workflow);
        if (inputs is null)
        {
            return wrongInput!;
        }

        if (wish.Scenario is { } scenario && SimulatedVendors.Find(scenario).Refusal is { } noScenario)
        {
            return noScenario;
        }

        var (output, unusable) = wish.Base is { } origin ? origin.Directory : OutputDirectory.Take(wish.OutputDirectory);
        if (output is null)
        {
            return unusable!;
        }

        if (AgentRoster.Seat(workflow, available, profile) is not { } seats)
        {
            return new Refusal(RefusalKind.Keys, "CONC300 no key was found for any of the three vendors", null);
        }

        return Unpriced(seats, profile) is { } unpriced ? unpriced : new SessionStart(wish with { OutputDirectory = output }, source, workflow, inputs, seats);
    }

    /// <summary>The session's first entry.</summary>
    public EntryBody.SessionCreated Created(string version) => new(
        StoredText.From(Wish.Description),
        Workflow.Name,
        Source.File,
        StoredText.From(Source.Text),
        Workflow.Prompts.ToImmutableSortedDictionary(pair => pair.Key, pair => StoredText.From(pair.Value), StringComparer.Ordinal),
        JsonSerializer.SerializeToElement(Inputs),
        Seats,
        [.. Workflow.Phases.Select(phase => phase.Id)],
        new SessionSettings(Wish.BudgetUsd ?? Workflow.Budget.Usd, Workflow.Budget.OnExceed, Wish.OutputDirectory, Wish.Scenario, Wish.Unattended) { Base = Wish.Base, Trust = Wish.Trust },
        version,
        Workflow.SubWorkflows.IsEmpty ? null : Workflow.SubWorkflows.ToImmutableSortedDictionary(pair => pair.Key, pair => StoredText.From(pair.Value), StringComparer.Ordinal));

    private static (JsonObject? Inputs, Refusal? Wrong) ReadInputs(NewSession wish, Workflow workflow)
    {
        var given = wish.Inputs.Add("description", wish.Description);
        var known = workflow.Inputs.Select(input => input.Name.Value).ToList();
        if (given.Keys.Where(name => name != "description").FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            return (null, new Refusal(RefusalKind.Invalid, $"CONC205 workflow `{workflow.Name}` has no input `{unknown}`", NearMiss.Suggest(unknown, known)));
        }

        if (workflow.Inputs.FirstOrDefault(input => input.Required && !given.ContainsKey(input.Name.Value)) is { } missing)
        {
            return (null, new Refusal(RefusalKind.Invalid, $"CONC205 workflow `{workflow.Name}` needs the input `{missing.Name.Value}`", $"give it with --input {missing.Name.Value}=..."));
        }

        return (new JsonObject(workflow.Inputs.Select(input => KeyValuePair.Create(
            input.Name.Value, given.TryGetValue(input.Name.Value, out var text) ? JsonValue.Create(text) : input.Default?.DeepClone()))), null);
    }

    /// <summary>The agents whose models nobody knows the price of; null when there are none.</summary>
    public static Refusal? Unpriced(ImmutableArray<AgentSeat> seats, Func<string, string, ModelProfile?> profile)
    {
        var unknown = seats.Select(seat => seat.Agent).Where(agent => profile(agent.Provider, agent.Model)?.Price is null).ToList();
        return unknown.Count == 0 ? null : new Refusal(
            RefusalKind.Invalid,
            string.Join('\n', unknown.Select(agent => $"CONC402 nobody knows what {agent.Provider}'s {agent.Model} costs (agent `{agent.Id}`), so it is not used")),
            "name a model of the catalog in the workflow, or set what it may cost at most under `models:` in config.yaml");
    }
}
