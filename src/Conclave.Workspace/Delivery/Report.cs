using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conclave.Engine.Budget;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;
using Conclave.Workspace.Steps;

namespace Conclave.Workspace.Delivery;

/// <summary>
/// <c>CONCLAVE.md</c>: how the project came about and how far it can be trusted, the worst news first. It says only what a second delivery after a
/// crash would say too.
/// </summary>
internal static class Report
{
    /// <summary>The document.</summary>
    public static string Render(ReportFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"# {Markdown.Text(facts.Title, 120)}\n\n");
        Head(text, facts);
        HeldBack(text, facts.Files.HeldBack);
        Listed(text, facts.Files);
        Verified(text, facts);
        Repairs(text, facts.State);
        Notes(text, facts.State);
        Authors(text, facts.Files);
        Decisions(text, facts, path => path);
        Costs(text, facts.State);
        return text.ToString();
    }

    internal static void Head(StringBuilder text, ReportFacts facts)
    {
        var created = facts.State.Created;
        if (created.Settings.Simulated is { } scenario)
        {
            text.Append($"**Simulated: the answers were played from the scenario {Markdown.Code(scenario)}, no model was asked.**\n\n");
        }

        text.Append($"**{Markdown.Text(facts.Mark.Long)}** {Markdown.Text(facts.Mark.Reason, 600)}\n\n");
        if (facts.Mark.IsPartial)
        {
            text.Append("The files here are those that were accepted before that.\n\n");
        }

        text.Append($"Made by Conclave {Markdown.Text(created.ConclaveVersion)} in session {Markdown.Code(facts.State.Id.Value)} with the workflow {Markdown.Code(created.WorkflowName)}, for: {Markdown.Text(facts.Description)}\n");
    }

    private static void HeldBack(StringBuilder text, ImmutableArray<HeldBackFile> files)
    {
        if (files.IsEmpty)
        {
            return;
        }

        text.Append("\n## Held back\n\nThese files would act on your machine or on a CI server as soon as the project is opened or pushed, or have a name that is not safe. They lie aside as plain texts. Read one before you put it in its place.\n\n");
        foreach (var file in files)
        {
            text.Append($"- {Markdown.Code(PathPolicy.Show(file.Change.Path))} {Markdown.Text(file.Reason)}. {Origin(file.Change)} Its text is in {Markdown.Code(file.KeptAs, 1200)}.\n");
            if (PathPolicy.Check(file.Change.Path) is null && RiskyFiles.Of(file.Change.Path) is { Moment: RiskMoment.Opened })
            {
                text.Append($"\n      {Accept(file)}\n\n");
            }
        }
    }

    // An indented code block: a quoted path can't end it.
    private static string Accept(HeldBackFile file)
    {
        var path = file.Change.Path;
        var slash = path.LastIndexOf('/');
        var folder = slash < 0 ? "" : $"mkdir -p {Markdown.Shell(path[..slash])} && ";
        return $"{folder}git mv {Markdown.Shell(file.KeptAs)} {Markdown.Shell(path)}";
    }

    private static string Origin(FileChange file) => file.Agent is { } agent ? $"Written by {Markdown.Text(agent.Value)}." : "Written by Conclave.";

    private static void Listed(StringBuilder text, DeliveredFiles files)
    {
        var listed = DeliveryPlan.Listable(files).ToList();
        if (listed.Count > 0)
        {
            text.Append("\n## Runs code when a tool is used\n\n");
            listed.ForEach(file => text.Append($"- {Markdown.Code(file.Path)} {Markdown.Text(file.Risk.Reason)}.\n"));
        }
    }

    internal static void Verified(StringBuilder text, ReportFacts facts)
    {
        if (facts.State.Verification is not { } seen)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## Evidence\n\n{Markdown.Text(seen.Reason, 600)}\n\nTests: {seen.TestsPassed} passed, {seen.TestsFailed} failed.\n");
        if (facts.AcceptanceTests is { } acceptance)
        {
            text.Append($"\n{acceptance.Sentence}\n");
        }

        if (!facts.Evidence.IsEmpty)
        {
            text.Append("\n| command | exit code |\n|---|---|\n");
            facts.Evidence.ToList().ForEach(command => text.Append($"| {Markdown.CodeCell(command.Command)} | {Markdown.Text(command.ExitCode)} |\n"));
        }
    }

    // What was wrong before each repair, who was asked, and what came of it.
    internal static void Repairs(StringBuilder text, SessionState state)
    {
        if (state.Verification?.Repairs is not { IsEmpty: false } repairs)
        {
            return;
        }

        text.Append("\n## Repairs\n\n| | rung | agent | what was wrong | what was done | files | USD |\n|--:|---|---|---|---|---|--:|\n");
        foreach (var (number, repair) in repairs.Index())
        {
            var files = repair.Files.IsEmpty ? "none" : string.Join("<br>", repair.Files.Select(file => Markdown.CodeCell(file, 200)));
            text.Append(CultureInfo.InvariantCulture, $"| {number + 1} | {Markdown.Text(repair.Rung)} | {Markdown.Text($"{repair.Agent} ({repair.Model})")} | {Markdown.Text(repair.Failure)} | {Markdown.Text(repair.Explanation)} | {files} | {repair.CostUsd:0.0000} |\n");
        }
    }

    // Everything that went otherwise than it should have, in the order of the phases.
    internal static void Notes(StringBuilder text, SessionState state)
    {
        var notes = state.Created.Agents
            .Where(seat => seat.StandsInFor is not null)
            .Select(seat => $"{seat.Agent.Id} was played by {seat.Agent.Provider}'s {seat.Agent.Model} in place of {seat.StandsInFor}")
            .Concat(state.Created.Phases.SelectMany(phase => state.Phase(phase) switch
            {
                { Status: PhaseStatus.Tolerated, Failure: { } failure, Output: not null } => [$"{phase} failed, and the default stands in for its output: {failure.Text}"],
                { Status: PhaseStatus.Tolerated, Failure: { } failure } => [$"{phase} failed and was left out: {failure.Text}"],
                _ => state.Notes(phase).Select(note => $"{phase}: {note}"),
            }))
            .ToList();
        if (notes.Count > 0)
        {
            text.Append("\n## Worth knowing\n\n");
            notes.ForEach(note => text.Append($"- {Markdown.Text(note, 600)}\n"));
        }
    }

    private static void Authors(StringBuilder text, DeliveredFiles files)
    {
        if (files.Kept.IsEmpty)
        {
            return;
        }

        text.Append("\n## Who wrote what\n\n");
        if (files.Kept.TryGetValue(RequirementsPage.Path, out var page) && page.Agent is null)
        {
            text.Append($"The requirements are in [{RequirementsPage.Path}]({RequirementsPage.Path}).\n\n");
        }

        text.Append("| file | agent | model | requirements |\n|---|---|---|---|\n");
        foreach (var (path, file) in files.Kept)
        {
            text.Append($"| {Markdown.CodeCell(path, 1200)} | {Markdown.Text(file.Agent?.Value ?? "Conclave")} | {Markdown.Text(file.Model ?? "")} | {Markdown.Text(string.Join(", ", file.Requirements))} |\n");
        }
    }

    internal static void Decisions(StringBuilder text, ReportFacts facts, Func<string, string> link)
    {
        if (facts.State.Decisions.IsEmpty)
        {
            return;
        }

        text.Append("\n## Decisions\n\n");
        for (var number = 1; number <= facts.State.Decisions.Count; number++)
        {
            var decision = facts.State.Decisions[number - 1];
            var question = Markdown.Text(decision.Conflict.Question);
            text.Append($"- {(Record(facts.Files, number) is { } path ? $"[{question}]({link(path)})" : question)} **{Markdown.Text(decision.ChoiceText())}** ({Method(decision)})\n");
        }
    }

    // The council writes its records under these numbers; a name with other characters is not one of its own.
    private static string? Record(DeliveredFiles files, int number) => files.Kept.Values.FirstOrDefault(file =>
        file.Agent is null && file.Path.StartsWith(string.Create(CultureInfo.InvariantCulture, $"docs/decisions/{number:0000}-"), StringComparison.Ordinal)
        && file.Path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '.' or '_'))?.Path;

    private static string Method(CouncilDecision decision) => decision.Method switch
    {
        DecisionMethod.Majority => decision.Dissent.IsEmpty ? "by vote" : $"by vote, against {Markdown.Text(string.Join(", ", decision.Dissent))}",
        DecisionMethod.DomainOwner => "no majority: by the agent whose field it is",
        _ => "no majority: by default",
    };

    internal static void Costs(StringBuilder text, SessionState state)
    {
        var attempts = state.OwnAttempts().Where(attempt => attempt.Cached is null).GroupBy(attempt => (attempt.Intent.Agent, attempt.Intent.Provider, attempt.Intent.Model))
            .OrderBy(group => group.Key.Agent.Value, StringComparer.Ordinal).ThenBy(group => group.Key.Provider, StringComparer.Ordinal).ThenBy(group => group.Key.Model, StringComparer.Ordinal)
            .ToList();
        text.Append("\n## Cost\n\n| agent | model | requests | input tokens | of these cached | output tokens | of these reasoning | USD |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var group in attempts)
        {
            var (agent, provider, model) = group.Key;
            var sum = Sum(group);
            text.Append(CultureInfo.InvariantCulture, $"| {Markdown.Text(agent.Value)} | {Markdown.Text($"{model} ({provider})")} | {group.Count()} | {sum.InputTokens} | {sum.CachedInputTokens} | {sum.OutputTokens} | {sum.ReasoningTokens} | {group.Sum(attempt => attempt.CostUsd):0.0000} |\n");
        }

        var all = Sum(attempts.SelectMany(group => group));
        text.Append(CultureInfo.InvariantCulture, $"| **all** | | {attempts.Sum(group => group.Count())} | {all.InputTokens} | {all.CachedInputTokens} | {all.OutputTokens} | {all.ReasoningTokens} | **{state.SpentUsd:0.0000}** |\n");
        if (state.InDoubtUsd > 0)
        {
            var count = state.OwnAttempts().Count(attempt => attempt.Outcome is CallOutcome.InDoubt);
            text.Append(CultureInfo.InvariantCulture, $"\nRequests in doubt: {count}. Their answers were lost on the way; they are counted at their worst case, ${state.InDoubtUsd:0.0000}.\n");
        }

        var failed = state.OwnAttempts().Where(attempt => attempt.Outcome is CallOutcome.Failed).ToList();
        if (failed.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nRequests that failed at the vendor: {failed.Count}. They may have been billed; they are counted at their worst case, ${failed.Sum(attempt => attempt.CostUsd):0.0000}.\n");
        }

        if (state.OwnAttempts().Where(attempt => attempt.Cached is not null).ToList() is { Count: > 0 } cached)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nAnswered from the cache: {cached.Count}. Nothing was sent for them; when they were first given they cost ${cached.Sum(attempt => attempt.Cached!.SavedUsd):0.0000}.\n");
        }

        Kept(text, state);
    }

    private static void Kept(StringBuilder text, SessionState state)
    {
        foreach (var origin in state.Created.Phases.Where(phase => state.Phase(phase).KeptFrom is not null).GroupBy(phase => state.Phase(phase).KeptFrom!.Value))
        {
            var usd = state.Calls.Values.Where(call => call.Phase is { } phase && origin.Contains(phase)).SelectMany(call => call.Attempts).Sum(attempt => attempt.KeptUsd ?? 0m);
            text.Append(CultureInfo.InvariantCulture, $"\nKept from session {Markdown.Code(origin.Key.Value)}: {Markdown.Text(string.Join(", ", origin))}. They cost ${usd:0.0000} there, which is no part of the cost above.\n");
        }
    }

    private static Usage Sum(IEnumerable<AttemptState> attempts) =>
        attempts.Select(attempt => attempt.Outcome?.Tokens).OfType<Usage>().Where(usage => usage.IsPlausible).Aggregate(Usage.None, (sum, usage) => sum + usage);
}
