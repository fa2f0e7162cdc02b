using System.Globalization;
using System.Text;

namespace Conclave.Engine.Council;

/// <summary>A decision as a Markdown file of the project.</summary>
internal static class DecisionRecord
{
    /// <summary>Its path: numbered from 1 in the order of the conflicts.</summary>
    public static string Path(CouncilDecision decision, int number)
    {
        var slug = PlanNames.Slug(decision.Conflict.Id.Replace(':', '-')).Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        slug = string.Join('-', slug.Split('-', StringSplitOptions.RemoveEmptyEntries));
        return string.Create(CultureInfo.InvariantCulture, $"docs/decisions/{number:0000}-{(slug.Length <= 60 ? slug : slug[..60].TrimEnd('-'))}.md");
    }

    /// <summary>Its text.</summary>
    public static string Render(CouncilDecision decision, IReadOnlyCollection<Ballot> ballots, int number)
    {
        var conflict = decision.Conflict;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {number}. {Line(conflict.Question)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**Decided:** {Line(decision.ChoiceText())}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"How: {Method(decision)}. Valid votes from {Vendors(decision)}. Cost of the vote: ${ballots.Sum(ballot => ballot.CostUsd):0.0000}.\n\n## Options\n\n");
        foreach (var option in conflict.Options)
        {
            text.Append(CultureInfo.InvariantCulture, $"- `{option.Id}` (proposed by {string.Join(", ", option.ProposedBy)}): {Line(option.Text)}\n");
        }

        text.Append("\n## What the plans say\n\n");
        text.AppendJoin('\n', conflict.Evidence.Select(line => $"- {Line(line)}")).Append("\n\n## Votes\n\n| voter | vote | weight | remark |\n|---|---|---|---|\n");
        foreach (var vote in decision.Votes)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {vote.Voter} ({vote.Provider}) | {vote.Choice ?? "none"} | {vote.Weight} | {Cell(vote.Note ?? (decision.Dissent.Contains(vote.Voter) ? "dissent" : ""))} |\n");
        }

        text.Append("\n## Ballots\n\n| voter | order | choice | reason |\n|---|---|---|---|\n");
        foreach (var ballot in ballots.OrderBy(ballot => ballot.Voter.Value, StringComparer.Ordinal).ThenBy(ballot => ballot.Order))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {ballot.Voter} | {(ballot.Order == 0 ? "A/B" : "B/A")} | {ballot.Choice ?? (ballot.Absent is null ? "abstained" : "absent")} | {Cell(ballot.Absent ?? ballot.Reason)} |\n");
        }

        return text.ToString();
    }

    private static string Method(CouncilDecision decision) => decision.Method switch
    {
        DecisionMethod.Majority => "by a majority of the weighted votes",
        DecisionMethod.DomainOwner => $"no majority, so the agent whose field it is prevailed ({decision.Conflict.Owner})",
        _ => "no majority and nobody's field, so the first option stands",
    };

    private static string Vendors(CouncilDecision decision) => decision.Vendors.IsEmpty ? "no vendor" : string.Join(", ", decision.Vendors);

    // Texts of models stay on their line and in their cell.
    private static string Line(string text) => PlanNames.Short(text, 600).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Cell(string text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal);
}
