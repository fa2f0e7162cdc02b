using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Council;

namespace Conclave.Workspace.Steps.Pages;

/// <summary>The <c>package.json</c> of a Node project whose agents wrote none: a name and the commands, and nothing that would change how its files are read.</summary>
internal static class NodePackage
{
    /// <summary>Where it lies.</summary>
    public const string Path = "package.json";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text; null when the project has nothing of Node's that can be run from its root.</summary>
    public static string? Of(Contract contract, ProjectCommands commands)
    {
        var tests = commands.Tests.Where(command => command is { Stack: StackName.Node, Directory.Length: 0 }).ToList();
        var start = commands.Run is { Stack: StackName.Node } run ? run : null;
        if (tests.Count == 0 && start is null)
        {
            return null;
        }

        var scripts = new JsonObject();
        if (start is not null)
        {
            scripts["start"] = start.Line;
        }

        if (tests.Count > 0)
        {
            scripts["test"] = tests[0].Line;
        }

        return new JsonObject { ["name"] = Name(contract.Title), ["version"] = "0.1.0", ["private"] = true, ["scripts"] = scripts }.ToJsonString(Pretty).ReplaceLineEndings("\n") + "\n";
    }

    private static string Name(string title)
    {
        var name = string.Join('-', string.Concat(title.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return name.Length == 0 ? "project" : name[..Math.Min(name.Length, 60)];
    }
}
