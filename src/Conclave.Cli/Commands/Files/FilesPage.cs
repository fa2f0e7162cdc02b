using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Conclave.Cli.Terminal;
using Conclave.Workspace.Answers;
using Conclave.Workspace.Files;

namespace Conclave.Cli.Commands.Files;

/// <summary>What was read out of an answer, for people and for tools. The JSON shape is documented in <c>docs/cli.md</c>.</summary>
internal sealed class FilesPage(FileSetReading reading)
{
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.General) { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What can't be used, paths that may not be written included.</summary>
    public ImmutableArray<string> Problems { get; } =
    [
        .. reading.Problems,
        .. reading.Files.Select(file => file.Path).Concat(reading.Edits.Select(edit => edit.MovedTo ?? edit.Path)).Distinct(StringComparer.Ordinal)
            .Select(path => PathPolicy.Check(path) is { } wrong ? $"`{PathPolicy.Show(path)}`: {wrong}" : null).OfType<string>(),
    ];

    /// <summary>One object.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            Files = reading.Files.Select(file => new { file.Path, Action = file.Content is null ? "delete" : "write", file.Content }),
            Edits = reading.Edits.Select(edit => new { edit.Path, edit.MovedTo, Hunks = edit.Hunks.Select(hunk => new { hunk.Line, hunk.Below, hunk.Before, hunk.After }) }),
            reading.Notes,
            Problems,
        },
        Shape) + "\n";

    /// <summary>Each file under its name, harmless for a terminal.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var file in reading.Files)
        {
            text.Append($"== {SafeText.Line(file.Path)} ({(file.Content is null ? "deleted" : Figures.Plural(Lines(file.Content), "line"))})\n").Append(SafeText.Of(file.Content?.Replace("\r\n", "\n", StringComparison.Ordinal) ?? ""));
        }

        foreach (var edit in reading.Edits)
        {
            text.Append($"== {SafeText.Line(edit.Path)} ({Figures.Plural(edit.Hunks.Length, "edit")}{(edit.MovedTo is { } to ? $", moved to {SafeText.Line(to)}" : "")})\n");
            foreach (var hunk in edit.Hunks)
            {
                text.Append("@@\n").AppendJoin("", hunk.Before.Select(line => $"-{SafeText.Of(line)}\n")).AppendJoin("", hunk.After.Select(line => $"+{SafeText.Of(line)}\n"));
            }
        }

        return text.ToString();
    }

    /// <summary>Notes and problems, one a line.</summary>
    public IEnumerable<string> Remarks() =>
    [
        .. reading.Notes.Select(note => $"note: {SafeText.Line(note)}"),
        .. reading.HoldsNothing ? ["conclave: CONC742 the answer contains no file"] : Problems.Select(problem => $"conclave: CONC743 {SafeText.Line(problem)}"),
    ];

    private static int Lines(string content) => content.AsSpan().Count('\n');
}
