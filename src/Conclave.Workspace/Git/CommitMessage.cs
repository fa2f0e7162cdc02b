using System.Collections.Immutable;
using System.Text;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Git;

/// <summary>The message of a step's commit. Sample:
/// <code>
/// build (backend): add 2 files, change 1
///
///   add     src/app.py
///   add     src/store.py
///   change  README.md
///
/// Conclave-Session: 20261122-k3vq7m
/// Conclave-Phase: build
/// Conclave-Step: backend
/// Conclave-Model: claude-opus-5-5
/// Conclave-Requirement: R1
/// </code>
/// Texts of models can't forge a trailer: each stays on its line, and lines of the body are indented.
/// </summary>
internal static class CommitMessage
{
    private const int MaxSubject = 72;
    private const int MaxListed = 50;

    private static readonly ImmutableArray<string> Verbs = ["add", "change", "delete"];

    /// <summary>The message for a change.</summary>
    /// <param name="before">The delivered files before it.</param>
    /// <param name="heldBack">The files of the change that the commit leaves out.</param>
    public static string Of(SessionState state, AcceptedChange change, IReadOnlyDictionary<string, FileChange> before, IReadOnlyCollection<HeldBackFile> heldBack)
    {
        var files = change.Files.Reverse().DistinctBy(file => file.Path, StringComparer.Ordinal).Reverse().ToImmutableArray();
        var held = heldBack.Select(file => file.Change.Path).ToHashSet(StringComparer.Ordinal);
        var edits = files.Where(file => !held.Contains(file.Path)).Select(file => (Verb: Verb(file, before), file.Path)).Where(edit => edit.Verb is not null).ToImmutableArray();
        var text = new StringBuilder();
        text.Append(Subject(change, edits)).Append('\n');
        Section(text, "", edits.Select(edit => $"{edit.Verb,-6}  {PathPolicy.Show(edit.Path)}"));
        Section(text, "Held back, see CONCLAVE.md:\n", files.Where(file => held.Contains(file.Path)).Select(file => PathPolicy.Show(file.Path)));
        text.Append('\n').AppendJoin('\n', Trailers(state, change, files)).Append('\n');
        return text.ToString();
    }

    /// <summary>The message of the commit that adds our report.</summary>
    /// <param name="mark">How the session ended, in a word or two.</param>
    public static string OfReport(SessionState state, string mark, string reason)
    {
        var text = new StringBuilder();
        text.Append("deliver: ").Append(mark).Append('\n');
        Section(text, "", OneLine.Of(reason, 300) is { Length: > 0 } line ? [line] : []);
        text.Append('\n').AppendJoin('\n', Lines(Trailers(state))).Append('\n');
        return text.ToString();
    }

    /// <summary>The message of the tag of a verified result.</summary>
    public static string OfTag(SessionState state, string title, string reason)
    {
        var text = new StringBuilder();
        text.Append("verified: ").Append(OneLine.Of(title, 60) is { Length: > 0 } line ? line : "the project").Append('\n');
        Section(text, "", OneLine.Of(reason, 300) is { Length: > 0 } why ? [why] : []);
        text.Append('\n').AppendJoin('\n', Lines(Trailers(state))).Append('\n');
        return text.ToString();
    }

    /// <summary>The message of the commit that adds files that were held back, after a person agreed to them.</summary>
    public static string OfAgreed(SessionState state, IReadOnlyCollection<HeldBackFile> files)
    {
        var text = new StringBuilder();
        text.Append($"publish: add {(files.Count == 1 ? "1 file" : $"{files.Count} files")} that were held back\n");
        Section(text, "", files.Select(file => PathPolicy.Show(file.Change.Path)));
        text.Append('\n').AppendJoin('\n', Lines(Trailers(state))).Append('\n');
        return text.ToString();
    }

    /// <summary>The author of a change: whoever wrote most of its files.</summary>
    public static Signature Author(AcceptedChange change) => Authors(change.Files).FirstOrDefault(Signature.Conclave);

    private static IEnumerable<Signature> Authors(IEnumerable<FileChange> files) => files
        .Where(file => file.Agent is not null)
        .GroupBy(Signature.Of)
        .OrderByDescending(group => group.Count())
        .Select(group => group.Key);

    private static string? Verb(FileChange file, IReadOnlyDictionary<string, FileChange> before) => (before.GetValueOrDefault(file.Path), file.Blob) switch
    {
        (null, null) => null,
        (null, _) => "add",
        (_, null) => "delete",
        ({ } old, { } blob) => old.Blob == blob ? null : "change",
    };

    private static string Subject(AcceptedChange change, ImmutableArray<(string? Verb, string Path)> edits)
    {
        var place = OneLine.Of(change.Step.Length == 0 ? change.Phase.Value : $"{change.Phase} ({change.Step})", 30);
        if (edits is [var only] && $"{place}: {only.Verb} {PathPolicy.Show(only.Path)}" is { Length: <= MaxSubject } subject)
        {
            return subject;
        }

        var counts = Verbs.Select(verb => (Verb: verb, Count: edits.Count(edit => edit.Verb == verb))).Where(count => count.Count > 0).ToList();
        return counts.Count == 0
            ? $"{place}: no change of files"
            : $"{place}: {string.Join(", ", counts.Select((count, index) => $"{count.Verb} {count.Count}{(index > 0 ? "" : count.Count == 1 ? " file" : " files")}"))}";
    }

    private static void Section(StringBuilder text, string heading, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0)
        {
            return;
        }

        text.Append('\n').Append(heading);
        all.Take(MaxListed).ToList().ForEach(line => text.Append("  ").Append(line).Append('\n'));
        if (all.Count > MaxListed)
        {
            text.Append("  and ").Append(all.Count - MaxListed).Append(" more\n");
        }
    }

    private static IEnumerable<string> Trailers(SessionState state, AcceptedChange change, ImmutableArray<FileChange> files)
    {
        var trailers = Authors(files).Skip(1).Select(author => ("Co-authored-by", author.ToString()))
            .Concat(Trailers(state))
            .Append(("Conclave-Phase", change.Phase.Value))
            .Append(("Conclave-Step", change.Step))
            .Concat(files.Select(file => file.Model).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(model => ("Conclave-Model", model)))
            .Concat(files.SelectMany(file => file.Requirements).Distinct(StringComparer.Ordinal).OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal).Select(id => ("Conclave-Requirement", id)));
        return Lines(trailers);
    }

    private static IEnumerable<(string Key, string Value)> Trailers(SessionState state) =>
        [("Conclave-Session", state.Id.Value), ("Conclave-Simulated", state.Created.Settings.Simulated ?? "")];

    private static IEnumerable<string> Lines(IEnumerable<(string Key, string Value)> trailers) => trailers
        .Select(trailer => (trailer.Key, Value: OneLine.Of(trailer.Value)))
        .Where(trailer => trailer.Value.Length > 0)
        .Select(trailer => $"{trailer.Key}: {trailer.Value}")
        .Distinct(StringComparer.Ordinal);
}
