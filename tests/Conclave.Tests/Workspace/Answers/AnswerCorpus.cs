using System.Collections.Immutable;
using System.Text.Json;

namespace Conclave.Tests.Workspace.Answers;

/// <summary>Real answers of models with the files that they hold, from a corpus outside this repository (<c>CONCLAVE_CORPUS</c> names its directory).</summary>
internal static class AnswerCorpus
{
    /// <summary>All of them; the test is skipped when there is no corpus.</summary>
    public static ImmutableArray<RecordedAnswer> Load()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("CONCLAVE_CORPUS") ?? "", "answers");
        Assert.SkipUnless(Directory.Exists(folder) && Path.IsPathRooted(folder), "CONCLAVE_CORPUS is not set: it names a directory with recorded answers.");
        return [.. Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal).Select(Read)];
    }

    private static RecordedAnswer Read(string file)
    {
        var expected = Path.ChangeExtension(file, ".expected.json");
        var answer = new RecordedAnswer(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file));
        if (!File.Exists(expected))
        {
            return answer;
        }

        using var record = JsonDocument.Parse(File.ReadAllText(expected));
        var root = record.RootElement;
        return answer with
        {
            IgnoresBlankLines = root.GetProperty("normalization").ValueKind == JsonValueKind.String,
            Expected = [.. Elements(root, "files").Select(item => new ExpectedFile(item.GetProperty("path").GetString()!, item.GetProperty("content").GetString()!, item.GetProperty("path_occurs_in_answer").GetBoolean()))],
            Invented = [.. Elements(root, "names_the_original_tool_invented").Select(item => item.GetString()!)],
        };
    }

    private static IEnumerable<JsonElement> Elements(JsonElement root, string name) => root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];
}

/// <summary>One answer.</summary>
internal sealed record RecordedAnswer(string Id, string Text)
{
    /// <summary>Whether the tool that stored the files took blank lines out.</summary>
    public bool IgnoresBlankLines { get; init; }

    /// <summary>Files that are known to be in it; there may be more.</summary>
    public ImmutableArray<ExpectedFile> Expected { get; init; } = [];

    /// <summary>Names that the original tool made up.</summary>
    public ImmutableArray<string> Invented { get; init; } = [];
}

/// <summary>A file that an answer holds.</summary>
/// <param name="IsNamed">Whether the path stands in the answer; else the tool that stored the file made it up.</param>
internal sealed record ExpectedFile(string Path, string Content, bool IsNamed);
