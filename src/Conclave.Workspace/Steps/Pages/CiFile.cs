using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Conclave.Engine.Council;

namespace Conclave.Workspace.Steps.Pages;

/// <summary>A workflow for GitHub that runs the project's tests. It is held back until a person agrees, as every file is that acts by being pushed.</summary>
internal static class CiFile
{
    /// <summary>Where it lies.</summary>
    public const string Path = ".github/workflows/tests.yml";

    private static readonly ImmutableArray<(StackName Stack, string Action, string With)> Setups =
    [
        (StackName.Python, "actions/setup-python@v5", "python-version: \"3.x\""),
        (StackName.Node, "actions/setup-node@v4", "node-version: lts/*"),
        (StackName.Dotnet, "actions/setup-dotnet@v4", "dotnet-version: 10.0.x"),
        (StackName.Go, "actions/setup-go@v5", "go-version: stable"),
    ];

    /// <summary>The text; null when the project has no tests.</summary>
    public static string? Of(ProjectCommands commands)
    {
        if (commands.Tests.IsEmpty)
        {
            return null;
        }

        var text = new StringBuilder("name: tests\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n");
        foreach (var (_, action, with) in Setups.Where(setup => commands.Tests.Any(test => test.Stack == setup.Stack)))
        {
            text.Append($"      - uses: {action}\n        with:\n          {with}\n");
        }

        foreach (var command in commands.Install.Concat(commands.Tests))
        {
            text.Append($"      - run: {JsonSerializer.Serialize(command.Line)}\n");
            if (command.Directory.Length > 0)
            {
                text.Append($"        working-directory: {JsonSerializer.Serialize(command.Directory)}\n");
            }
        }

        return text.ToString();
    }
}
