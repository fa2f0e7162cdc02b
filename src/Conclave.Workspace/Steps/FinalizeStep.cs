using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Workspace.Steps;

/// <summary><c>uses: finalize</c>: adds the project files that are missing, from the contract; never over an agent's own.</summary>
public sealed class FinalizeStep : IStep
{
    private const string Ignore = """
        __pycache__/
        *.pyc
        .venv/
        node_modules/
        *.log
        *.db
        .env
        .DS_Store

        """;

    /// <inheritdoc />
    public StepKind Kind { get; } = new("finalize") { Reads = ["contract"], AsksOnlyNamedAgents = true, Questions = [] };

    /// <inheritdoc />
    public Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var files = context.State.Files.IsEmpty ? [] : Missing(context).ToImmutableArray();
        return Task.FromResult<StepResult>(new StepResult.Succeeded(new JsonObject
        {
            ["added"] = new JsonArray([.. files.Select(file => JsonValue.Create(file.Change.Path))]),
        })
        {
            Files = files,
        });
    }

    private static IEnumerable<WrittenFile> Missing(StepContext context)
    {
        var existing = context.State.Files.Keys.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
        if (!existing.Contains(".gitignore"))
        {
            yield return File(".gitignore", Ignore);
        }

        if (!existing.Contains("README.md") && context.Outputs("contract") is [.., var last])
        {
            yield return File("README.md", Readme(last.Output.Deserialize<Contract>(EngineJson.Options)!));
        }
    }

    private static string Readme(Contract contract)
    {
        var text = new StringBuilder($"# {contract.Title}\n\n{contract.Summary}\n\n## Run it\n\n{contract.Run}\n");
        var tests = contract.Actions.Where(action => action.Kind == StackActionKind.Test).Select(Command).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (tests.Count > 0)
        {
            text.Append("\n## Test it\n\n").AppendJoin('\n', tests.Select(command => $"    {command}")).Append('\n');
        }

        return text.ToString();
    }

    // The words of a README come from the contract; commands come from here.
    private static string? Command(StackAction action) => action.Stack switch
    {
        "python" => "python3 -m unittest",
        "node" => "node --test",
        _ => null,
    };

    private static WrittenFile File(string path, string content)
    {
        var blob = Blob.Of(content);
        return new WrittenFile(new FileChange(path, blob.Id, null, null, []), blob);
    }
}
