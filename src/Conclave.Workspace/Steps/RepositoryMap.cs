using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Planning;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Steps;

/// <summary>
/// What agents are told of a repository: all names with their sizes as far as there is room, and the texts of the files that say most. It is data, also
/// where it speaks to its reader: the boundary around it is a hash of it, which nothing inside can contain. Pure.
/// </summary>
internal static class RepositoryMap
{
    private const int MostNames = 600;
    private const int MostText = 60_000;
    private const int MostOfFile = 12_000;

    private static readonly string[] First = ["readme", "package.json", "pyproject.toml", "setup.py", "requirements.txt", "go.mod", "cargo.toml", "pom.xml", "makefile", "contributing.md", "architecture.md"];

    /// <summary>The form of <c>uses: repository</c>'s output.</summary>
    public static OutputSchema Schema { get; } = new("repository", """
        {
          "type": "object",
          "properties": {
            "commit": { "type": "string" },
            "files": { "type": "integer" },
            "boundary": { "type": "string" },
            "map": { "type": "string" },
            "texts": { "type": "string" },
            "left_out": { "type": "array", "items": { "type": "object", "properties": { "path": { "type": "string" }, "reason": { "type": "string" } }, "required": ["path", "reason"], "additionalProperties": false } }
          },
          "required": ["commit", "files", "boundary", "map", "texts", "left_out"],
          "additionalProperties": false
        }
        """);

    /// <summary>The output for these files.</summary>
    public static JsonObject Of(string commit, IReadOnlyCollection<WrittenFile> files, ImmutableArray<LeftOutFile> leftOut)
    {
        var (map, texts) = (Names(files, leftOut), Texts(files));
        return new JsonObject
        {
            ["commit"] = commit,
            ["files"] = files.Count,
            ["boundary"] = Boundary(map + texts),
            ["map"] = map,
            ["texts"] = texts,
            ["left_out"] = JsonSerializer.SerializeToNode(leftOut, EngineJson.Options),
        };
    }

    /// <summary>A word that a text can't contain, since it depends on all of the text.</summary>
    public static string Boundary(string text) => $"data-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";

    private static string Names(IReadOnlyCollection<WrittenFile> files, ImmutableArray<LeftOutFile> leftOut)
    {
        var lines = files.Select(file => (file.Change.Path, Text: Size(file)))
            .Concat(leftOut.Select(file => (file.Path, Text: $"({file.Reason}; not yours)")))
            .OrderBy(line => line.Path, StringComparer.Ordinal)
            .Select(line => $"{PathPolicy.Show(line.Path)}  {line.Text}\n")
            .ToList();
        return string.Concat(lines.Take(MostNames)) + (lines.Count > MostNames ? $"(and {lines.Count - MostNames} more)\n" : "");
    }

    private static string Size(WrittenFile file) => string.Create(CultureInfo.InvariantCulture, $"{file.Content!.Content.Length} bytes");

    // What introduces a project first, then code before tests, the small before the large.
    private static string Texts(IEnumerable<WrittenFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files.Where(IsText).OrderBy(Rank).ThenBy(file => file.Content!.Content.Length).ThenBy(file => file.Change.Path, StringComparer.Ordinal))
        {
            var content = file.Content!.Text;
            var shown = content.Length <= MostOfFile ? content : $"{content[..MostOfFile]}\n(the rest is left out)\n";
            if (text.Length + shown.Length <= MostText)
            {
                text.Append($"<file path=\"{file.Change.Path}\">\n").Append(shown).Append(shown.EndsWith('\n') ? "" : "\n").Append("</file>\n");
            }
        }

        return text.Length == 0 ? "(none)" : text.ToString();
    }

    private static bool IsText(WrittenFile file) => !file.Content!.Content.Span.Contains((byte)0);

    private static int Rank(WrittenFile file)
    {
        var path = file.Change.Path.ToLowerInvariant();
        var name = path[(path.LastIndexOf('/') + 1)..];
        return First.Any(first => name.StartsWith(first, StringComparison.Ordinal)) ? path.Count(letter => letter == '/')
            : path.Contains("test", StringComparison.Ordinal) ? 20
            : name.Contains("lock", StringComparison.Ordinal) ? 30
            : 10;
    }
}
