using System.Text.Json;
using System.Xml;
using YamlDotNet.Core;

namespace Conclave.Workspace.Answers;

/// <summary>
/// Finds files that no parser of their language reads, before they cost a run in the sandbox: JSON, YAML and XML. Other languages are judged by
/// their own tools when the project is built; templates and test data may be broken on purpose and are left alone.
/// </summary>
internal static class SyntaxCheck
{
    // A parser that is given more than this takes longer than the build that would tell.
    private const int MaxLength = 1 << 20;

    /// <summary>What is wrong with a file, for its author; null when nothing is, or when no parser for it is at hand.</summary>
    public static string? Problem(string path, string content)
    {
        if (content.Length is 0 or > MaxLength || IsFreeForm(path) || content.Contains("{{", StringComparison.Ordinal) || content.Contains("{%", StringComparison.Ordinal))
        {
            return null;
        }

        var wrong = PathText.Ending(path) switch
        {
            "json" or "webmanifest" or "geojson" => Json(path, content),
            "yml" or "yaml" => Yaml(content),
            "xml" or "csproj" or "fsproj" or "props" or "targets" or "slnx" or "resx" or "xaml" or "xsd" or "svg" or "plist" => Xml(content),
            _ => null,
        };
        return wrong is null ? null : $"`{path}` can't be parsed: {wrong}. Send the whole file again.";
    }

    private static bool IsFreeForm(string path) => path.Split('/').Any(part => part.ToLowerInvariant() is "fixtures" or "__fixtures__" or "testdata" or "test-data" or "templates" or "snapshots" or "__snapshots__" or "tests" or "test" or "spec");

    private static string? Json(string path, string content)
    {
        // Tools read these with comments and trailing commas.
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var isForgiving = name.StartsWith("tsconfig", StringComparison.Ordinal) || name.StartsWith("jsconfig", StringComparison.Ordinal) || name.StartsWith('.') || name is "devcontainer.json" or "appsettings.json" or "turbo.json" or "angular.json" or "deno.json" || name.StartsWith("appsettings.", StringComparison.Ordinal) || path.StartsWith(".vscode/", StringComparison.Ordinal);
        var options = isForgiving ? new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 256 } : new JsonDocumentOptions { MaxDepth = 256 };
        try
        {
            using var document = JsonDocument.Parse(content.TrimStart('\uFEFF'), options);
            return null;
        }
        catch (JsonException error)
        {
            return $"line {error.LineNumber + 1} is no JSON";
        }
    }

    private static string? Yaml(string content)
    {
        // The shape only: what tags and anchors mean is for the tool that reads it.
        var parser = new Parser(new StringReader(content));
        try
        {
            while (parser.MoveNext())
            {
            }

            return null;
        }
        catch (YamlException error)
        {
            return $"line {error.Start.Line} is no YAML";
        }
    }

    private static string? Xml(string content)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(new StringReader(content.TrimStart('\uFEFF')), settings);
            while (reader.Read())
            {
            }

            return null;
        }
        catch (XmlException error)
        {
            return $"line {error.LineNumber} is no XML";
        }
    }
}
