using Conclave.Engine;
using Conclave.Server.Provenance;

namespace Conclave.Cli.Terminal;

/// <summary>What <c>conclave show ID --diff</c> prints: a summary by file, and the differences.</summary>
internal static class DiffPage
{
    /// <summary>The summary, which is talk: it names who wrote what, and is no part of the patch.</summary>
    public static IEnumerable<string> Summary(DiffReport report)
    {
        var name = report.Files.Select(file => Math.Min(60, file.Path.Length)).DefaultIfEmpty().Max();
        yield return $"from {SafeText.Line(report.From)} to {SafeText.Line(report.To)}: {(report.Files.IsEmpty ? "no difference" : Figures.Plural(report.Files.Length, "file"))}{(report.Accepted ? "" : "; that phase failed, so this was not accepted")}";
        foreach (var file in report.Files)
        {
            yield return $"  {EngineText.Snake(file.Action),-6}  {SafeText.Line(file.Path).PadRight(name)}  {(file.IsText ? $"+{file.Added} -{file.Removed}" : "no text")}  {SafeText.Line(string.Join(", ", file.Authors))}".TrimEnd();
        }
    }

    /// <summary>The differences as they are, for <c>git apply</c>.</summary>
    public static string Patch(DiffReport report) => string.Concat(report.Files.Select(file => file.Diff));

    /// <summary>The same for a terminal, which must not obey what stands in a file.</summary>
    public static string Shown(DiffReport report) => string.Concat(Patch(report).Split('\n').SkipLast(1).Select(line => $"{SafeText.Of(line)}\n"));
}
