using System.Text;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Diffs;

/// <summary>How one file differs, in the form that <c>git apply</c> takes.</summary>
/// <param name="Added">How many lines were added; 0 for a file that is no text.</param>
/// <param name="Removed">How many lines were removed.</param>
/// <param name="IsText">Whether its lines can be shown.</param>
/// <param name="Text">Header and hunks; a file that is no text has only a header, and a line that says so.</param>
public sealed record FileDiff(int Added, int Removed, bool IsText, string Text)
{
    /// <summary>Compares two contents of a file. Pure.</summary>
    /// <param name="before">Null when there was no such file.</param>
    /// <param name="after">Null when there is none any more.</param>
    public static FileDiff Of(string path, Blob? before, Blob? after)
    {
        var header = Header(path, before, after);
        if (Read(before) is not { } old || Read(after) is not { } now)
        {
            var isSame = before?.Id == after?.Id;
            return new FileDiff(0, 0, false, isSame ? header : $"{header}Binary files {Name("a", path, before)} and {Name("b", path, after)} differ\n");
        }

        var lines = LineDiff.Of(old, now);
        var hunks = UnifiedText.Of(lines);
        var names = hunks.Length == 0 ? "" : $"--- {Ended(Name("a", path, before))}\n+++ {Ended(Name("b", path, after))}\n";
        return new FileDiff(lines.Changes.Sum(change => change.Added), lines.Changes.Sum(change => change.Removed), true, $"{header}{names}{hunks}");
    }

    private static string Header(string path, Blob? before, Blob? after) => $"diff --git a/{path} b/{path}\n" + (Mode(path, before), Mode(path, after)) switch
    {
        (null, { } mode) => $"new file mode {mode}\n",
        ({ } mode, null) => $"deleted file mode {mode}\n",
        var (old, now) when old != now => $"old mode {old}\nnew mode {now}\n",
        _ => "",
    };

    private static string? Mode(string path, Blob? content) =>
        content is null ? null : TreeLayout.IsProgram(path, TreeLayout.HasInterpreter(content.Content.Span)) ? "100755" : "100644";

    private static string Name(string side, string path, Blob? content) => content is null ? "/dev/null" : $"{side}/{path}";

    // A name with blanks ends with a tab, as git writes it.
    private static string Ended(string name) => name.Contains(' ', StringComparison.Ordinal) ? $"{name}\t" : name;

    // Null for what is no text: a zero byte, or no UTF-8, which could not be shown without changing it.
    private static string? Read(Blob? content)
    {
        if (content is null)
        {
            return "";
        }

        try
        {
            return content.Content.Span.Contains((byte)0) ? null : Strict.GetString(content.Content.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
