using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Server.Hosting;

/// <summary>A wish to fork that was checked: the new session's first entry and what it keeps.</summary>
internal sealed record ForkStart(EntryBody.SessionCreated Created, ImmutableArray<KeptPhase> Kept, decimal KeptUsd)
{
    private const string Budget = "budget";

    /// <summary>Checks a wish against the session that it branches off from.</summary>
    /// <exception cref="JournalDamagedException">That session's record can't be trusted.</exception>
    public static async Task<Refusable<ForkStart>> Check(
        IJournal journal, SessionId origin, ForkWish wish, PlanningCatalog catalog, Func<string, string, ModelProfile?> profile, Func<string?, IReadOnlySet<string>> available, string version, CancellationToken cancel)
    {
        var state = (await journal.FoldTrusted(origin, cancel))!;
        var entries = new List<JournalEntry>();
        await foreach (var entry in journal.Read(origin, 0, cancel))
        {
            entries.Add(entry);
        }

        var created = (EntryBody.SessionCreated)entries[0].Body;
        foreach (var text in created.Texts())
        {
            await journal.Load(text, cancel);
        }

        var planned = StoredWorkflow.Plan(created, catalog);
        if (planned.Value is not { } workflow)
        {
            return new Refusal(RefusalKind.Invalid, $"CONC713 the workflow of session {origin} is not valid for this version\n{string.Join('\n', planned.Problems)}", "fork it with the version that made it");
        }

        var from = new PhaseId(wish.From);
        if (!workflow.Phases.Any(phase => phase.Id == from))
        {
            return new Refusal(RefusalKind.Invalid, $"CONC711 the workflow of session {origin} has no phase `{wish.From}`", NearMiss.Suggest(wish.From, workflow.Phases.Select(phase => phase.Id.Value)));
        }

        var kept = SessionFork.Kept(workflow, state, entries, from);
        var (inputs, wrong) = Inputs(created, workflow, wish, [.. kept.Select(phase => phase.Phase)]);
        if (inputs is null)
        {
            return wrong!;
        }

        var description = Description(created, inputs);
        if (DescriptionText.Check(description) is { } noText)
        {
            return noText;
        }

        var (output, unusable) = created.Settings.Base is { } repository ? repository.Directory : OutputDirectory.Take(wish.OutputDirectory ?? OutputDirectory.Propose(wish.Folder, description));
        if (output is null)
        {
            return unusable!;
        }

        var simulated = created.Settings.Simulated;
        if (simulated is not null && SimulatedVendors.Find(simulated).Refusal is { } noScenario)
        {
            return noScenario;
        }

        if (AgentRoster.Seat(workflow, available(simulated), profile) is not { } seats)
        {
            return new Refusal(RefusalKind.Keys, "CONC300 no key was found for any of the three vendors", null);
        }

        if (SessionStart.Unpriced(seats, profile) is { } unpriced)
        {
            return unpriced;
        }

        var settings = created.Settings with { Base = created.Settings.Base is { } old ? old with { Branch = null } : null, OutputDirectory = output, BudgetUsd = GivenBudget(workflow, wish) ?? created.Settings.BudgetUsd };
        return new ForkStart(
            created with
            {
                Description = StoredText.From(description),
                Inputs = JsonSerializer.SerializeToElement(inputs),
                Agents = seats,
                Settings = settings,
                ConclaveVersion = version,
                Origin = new SessionOrigin(origin, from, state.Seq),
            },
            kept,
            kept.Sum(phase => phase.Body.Entries.Sum(entry => entry.Body is EntryBody.AttemptEnded ended ? ended.CostUsd : 0m)));
    }

    private static string Description(EntryBody.SessionCreated created, JsonObject inputs) =>
        inputs["description"] is JsonValue text && text.TryGetValue<string>(out var written) ? written : created.Description.Text;

    private static (JsonObject? Inputs, Refusal? Wrong) Inputs(EntryBody.SessionCreated created, Workflow workflow, ForkWish wish, ImmutableArray<PhaseId> kept)
    {
        var inputs = JsonObject.Create(created.Inputs)!;
        var known = workflow.Inputs.Select(input => input.Name.Value).ToList();
        foreach (var (name, value) in wish.Set.Where(pair => !IsBudget(workflow, pair.Key)))
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return (null, new Refusal(RefusalKind.Invalid, $"CONC205 workflow `{workflow.Name}` has no input `{name}`", NearMiss.Suggest(name, known.Append(Budget))));
            }

            if (kept.Where(phase => SessionFork.Reads(workflow, phase, name)).ToList() is { Count: > 0 } readers)
            {
                return (null, new Refusal(
                    RefusalKind.Invalid,
                    $"CONC712 the input `{name}` can't be changed: phase `{readers[0]}`, which is kept, has read it",
                    $"fork from `{readers[0]}` or from a phase before it"));
            }

            inputs[name] = value;
        }

        return wish.Set.TryGetValue(Budget, out var budget) && IsBudget(workflow, Budget) && GivenBudget(workflow, wish) is null
            ? (null, new Refusal(RefusalKind.Invalid, $"CONC205 `budget` can't be `{budget}`", "give an amount of USD such as 2.50"))
            : (inputs, null);
    }

    // An input of that name comes first: it is the workflow's own word.
    private static bool IsBudget(Workflow workflow, string name) => name == Budget && workflow.Inputs.All(input => input.Name.Value != Budget);

    private static decimal? GivenBudget(Workflow workflow, ForkWish wish) =>
        IsBudget(workflow, Budget) && wish.Set.TryGetValue(Budget, out var text) && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd > 0
            ? usd
            : null;
}
