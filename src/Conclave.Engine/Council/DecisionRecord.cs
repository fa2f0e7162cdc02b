using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Conclave.Engine.Council;

/// <summary>A decision as a Markdown file of the project.</summary>
internal static class DecisionRecord
{
    private const int LongestName = 60;

    /// <summary>Its path: numbered from 1 in the order of the conflicts.</summary>
    public static string Path(CouncilDecision decision, int number)
    {
        var letters = decision.Conflict.Id.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-');
        var slug = string.Join('-', string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return string.Create(CultureInfo.InvariantCulture, $"docs/decisions/{number:0000}-{(slug.Length <= LongestName ? slug : slug[..LongestName].TrimEnd('-'))}.md");
    }

    /// <summary>Its text.</summary>
    public static string Render(CouncilDecision decision, IReadOnlyCollection<Ballot> ballots, int number)
    {
        var conflict = decision.Conflict;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {number}. {Line(conflict.Question)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**Decided:** {Line(decision.ChoiceText())}\n\nHow: {How(decision)}.\n");
        if (decision.Comment is { } comment)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nThe human's words: {Line(comment)}\n");
        }

        text.Append("\n## Options\n\n");
        foreach (var option in conflict.Options)
        {
            text.Append(CultureInfo.InvariantCulture, $"- `{option.Id}`{By(option.ProposedBy)}: {Line(option.Text)}{(option.RuledOut is { } fact ? $" Ruled out: {Line(fact)}." : "")}\n");
        }

        text.Append("\n## What the plans say\n\n");
        text.AppendJoin("", conflict.Evidence.Select((line, index) => string.Create(CultureInfo.InvariantCulture, $"- E{index + 1}: {Line(line)}\n")));
        if (ballots.Count > 0)
        {
            Votes(text, decision, ballots);
        }

        return text.ToString();
    }

    private static void Votes(StringBuilder text, CouncilDecision decision, IReadOnlyCollection<Ballot> ballots)
    {
        text.Append("\n## Votes\n\n| voter | vote | weight | remark |\n|---|---|---|---|\n");
        foreach (var vote in decision.Votes)
        {
            var remarks = new[] { vote.Note, vote.Veto ? "veto" : null, decision.Dissent.Contains(vote.Voter) ? "dissent" : null, Change(vote, ballots) };
            text.Append(CultureInfo.InvariantCulture, $"| {vote.Voter} ({vote.Provider}) | {vote.Choice ?? "none"} | {vote.Weight} | {Cell(string.Join("; ", remarks.OfType<string>()))} |\n");
        }

        var (same, valid) = decision.Agreement();
        text.Append(CultureInfo.InvariantCulture, $"\nHow independent they were: {valid} valid votes from {decision.Vendors.Length} vendors ({(decision.Vendors.IsEmpty ? "none" : string.Join(", ", decision.Vendors))}), {same} of {valid} for the same option.");
        text.Append(CultureInfo.InvariantCulture, $" Cost of the vote: ${ballots.Sum(ballot => ballot.CostUsd):0.0000}. There were {ballots.Count} ballots.\n");
        text.Append("\n## Ballots\n\n| voter | round | order | choice | evidence | reason |\n|---|---|---|---|---|---|\n");
        foreach (var ballot in ballots.OrderBy(ballot => ballot.Pair, StringComparer.Ordinal).ThenBy(ballot => ballot.Round).ThenBy(ballot => ballot.Voter.Value, StringComparer.Ordinal).ThenBy(ballot => ballot.Order))
        {
            var order = $"{(ballot.Order == 0 ? "A/B" : "B/A")}{(ballot.Pair is { } pair ? $" of {pair.Replace("|", " and ", StringComparison.Ordinal)}" : "")}";
            var choice = $"{ballot.Choice ?? (ballot.Absent is null ? "abstained" : "absent")}{(ballot.Veto ? ", veto" : "")}";
            text.Append(CultureInfo.InvariantCulture, $"| {ballot.Voter} | {ballot.Round} | {order} | {choice} | {Cell(string.Join(", ", ballot.Evidence))} | {Cell(ballot.Absent ?? ballot.Reason)} |\n");
        }
    }

    private static string? Change(CountedVote vote, IReadOnlyCollection<Ballot> ballots) => ballots.Where(ballot => ballot.Voter == vote.Voter).ToImmutableArray() is var own && own.All(ballot => ballot.Round == 1) ? null
        : Critique.Changed(own) ? "changed after the critique, on new evidence"
        : "not changed by the critique";

    private static string How(CouncilDecision decision) => decision.Method switch
    {
        DecisionMethod.Majority => "by a majority of the valid votes",
        DecisionMethod.Weighted => "by the weight of the valid votes",
        DecisionMethod.Unanimous => "by all valid votes",
        DecisionMethod.Facts => $"by facts, without a vote: {Line(decision.Why ?? "")}",
        DecisionMethod.DomainOwner => $"not by the vote ({Line(decision.Why ?? "tie")}), so the agent whose field it is prevailed: {decision.Conflict.Owner}",
        DecisionMethod.Human => $"not by the vote ({Line(decision.Why ?? "tie")}), so a human decided",
        _ => $"not by the vote ({Line(decision.Why ?? "tie")}), so the default stands: the first option",
    };

    private static string By(ImmutableArray<Definition.AgentId> authors) => authors.IsEmpty ? "" : $" (proposed by {string.Join(", ", authors)})";

    // Texts of models stay on their line and in their cell.
    private static string Line(string text) => PlanNames.Short(text, 600).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Cell(string text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal);
}
