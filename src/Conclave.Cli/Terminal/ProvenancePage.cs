using System.Collections.Immutable;
using Conclave.Engine;
using Conclave.Server.Provenance;

namespace Conclave.Cli.Terminal;

/// <summary>
/// What <c>conclave show ID --files</c> prints: the project as a tree, beside each file what was accepted of it. Sample:
/// <code>
/// src/
///   app.py      add     build (backend)   1a2b3c4d5e  backend (claude-opus-5-5)  R1, R2
///               change  verify            5e6f7a8b9c  backend (claude-opus-5-5)  R1, R2
/// </code>
/// </summary>
internal static class ProvenancePage
{
    private const int CommitLength = 10;
    private const int WidestName = 40;

    public static IEnumerable<string> Lines(FilesReport report)
    {
        // A repository of the user's may have thousands; those that nobody has touched are told as a number.
        var (shown, untouched) = (report.Files.Where(IsTouched).ToList(), report.Files.Count(file => !IsTouched(file)));
        if (shown.Count + untouched + report.Deleted.Length == 0)
        {
            yield return "no files: no phase that writes any was accepted yet";
            yield break;
        }

        var columns = Columns.Of([.. shown, .. report.Deleted]);
        var before = Array.Empty<string>();
        foreach (var file in shown)
        {
            var parts = file.Path.Split('/');
            var common = parts[..^1].Zip(before).TakeWhile(pair => pair.First == pair.Second).Count();
            for (var depth = common; depth < parts.Length - 1; depth++)
            {
                yield return $"{Indent(depth)}{SafeText.Line(parts[depth])}/";
            }

            before = parts[..^1];
            foreach (var line in Versions($"{Indent(parts.Length - 1)}{SafeText.Line(parts[^1])}", file, columns))
            {
                yield return line;
            }
        }

        if (untouched > 0)
        {
            yield return $"and {Figures.Plural(untouched, "file")} as read from the repository";
        }

        if (!report.Deleted.IsEmpty)
        {
            yield return "";
            yield return "deleted:";
            foreach (var line in report.Deleted.SelectMany(file => Versions($"{Indent(1)}{SafeText.Line(file.Path)}", file, columns)))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Versions(string name, ProjectFile file, Columns columns)
    {
        var first = true;
        foreach (var version in file.Versions.Where(version => version.Action != FileAction.Read))
        {
            yield return string.Join("  ", Cells(first ? name : "", version, columns)).TrimEnd();
            first = false;
        }
    }

    private static IEnumerable<string> Cells(string name, FileVersion version, Columns columns)
    {
        yield return name.PadRight(columns.Name);
        yield return $"{EngineText.Snake(version.Action),-6}";
        yield return SafeText.Line(version.Place()).PadRight(columns.Place);
        if (columns.HasCommits)
        {
            yield return (version.Commit?[..CommitLength] ?? "").PadRight(CommitLength);
        }

        yield return SafeText.Line(FilesReport.Author(version.Agent, version.Model)).PadRight(columns.Author);
        yield return SafeText.Line(string.Join(", ", version.Requirements), 200);
    }

    private static bool IsTouched(ProjectFile file) => file.Versions[^1].Action != FileAction.Read;

    private static string Indent(int depth) => new(' ', depth * 2);

    private sealed record Columns(int Name, int Place, int Author, bool HasCommits)
    {
        public static Columns Of(ImmutableArray<ProjectFile> files)
        {
            var versions = files.SelectMany(file => file.Versions).ToList();
            return new Columns(
                files.Select(file => Math.Min(WidestName, file.Path.Split('/') is var parts ? (2 * parts.Length) - 2 + parts[^1].Length : 0)).DefaultIfEmpty().Max(),
                versions.Select(version => version.Place().Length).DefaultIfEmpty().Max(),
                versions.Select(version => FilesReport.Author(version.Agent, version.Model).Length).DefaultIfEmpty().Max(),
                versions.Exists(version => version.Commit is not null));
        }
    }
}
