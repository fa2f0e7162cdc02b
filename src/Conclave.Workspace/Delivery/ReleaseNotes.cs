using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Conclave.Engine.Journal;

namespace Conclave.Workspace.Delivery;

/// <summary>
/// What readers of a release or a pull request are told: what was built, how far it can be trusted, what was decided, what it cost. Texts of models and
/// users are never markup in it, and nobody is mentioned by them.
/// </summary>
internal static partial class ReleaseNotes
{
    // GitHub takes 125,000 characters for a release and 65,536 for a pull request.
    private const int Most = 60_000;

    /// <summary>The notes as Markdown.</summary>
    /// <param name="link">The address of a file of the project, by its path.</param>
    public static string Render(ReportFacts facts, Func<string, string> link)
    {
        var text = new StringBuilder();
        Report.Head(text, facts);
        Built(text, facts);
        Report.Verified(text, facts);
        Report.Repairs(text, facts.State);
        Report.Decisions(text, facts, link);
        Report.Notes(text, facts.State);
        Report.Costs(text, facts.State);
        HeldBack(text, facts);
        return Bounded(Unmentioned(text.ToString()));
    }

    private static void Built(StringBuilder text, ReportFacts facts)
    {
        text.Append("\n## What was built\n\n| step | files | agent |\n|---|--:|---|\n");
        foreach (var change in facts.State.Changes.Where(change => !change.Files.IsEmpty))
        {
            var place = change.Step.Length == 0 ? change.Phase.Value : $"{change.Phase} ({change.Step})";
            var authors = change.Files.Select(Author).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"| {Markdown.Text(place)} | {change.Files.Length} | {string.Join(", ", authors)} |\n");
        }
    }

    private static string Author(FileChange file) => Markdown.Text(file.Agent is { } agent ? file.Model is { } model ? $"{agent} ({model})" : agent.Value : "Conclave");

    private static void HeldBack(StringBuilder text, ReportFacts facts)
    {
        if (!facts.Files.HeldBack.IsEmpty)
        {
            text.Append("\n## Left out\n\nThese files would act as soon as the project is opened or pushed, and wait for a person's consent:\n\n");
            facts.Files.HeldBack.ToList().ForEach(file => text.Append($"- {Markdown.Code(Files.PathPolicy.Show(file.Change.Path))} {Markdown.Text(file.Reason)}.\n"));
        }
    }

    // `@name` would send a message to somebody, `#12` would link this text to a stranger's issue. An invisible joiner keeps both as they look, in code too.
    private static string Unmentioned(string text) => Mention().Replace(text, found => $"{found.Value[0]}\u2060{found.Value[1]}");

    private static string Bounded(string text) => text.Length <= Most ? text : $"{text[..text.LastIndexOf('\n', Most)]}\n\n(The rest is left out.)\n";

    [GeneratedRegex("@[A-Za-z0-9]|#[0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex Mention();
}
