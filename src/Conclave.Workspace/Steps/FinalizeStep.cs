using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Steps;

/// <summary><c>uses: finalize</c>: adds the project files that are missing, from what was decided; never over an agent's own.</summary>
public sealed class FinalizeStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("finalize")
    {
        Output = RecordSchemas.Of<FinalizeOutput>("finalize"),
        Reads = ["contract", "requirements"],
        AsksOnlyNamedAgents = true,
        Questions = [],
    };

    /// <inheritdoc />
    public Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var files = context.State.Files.IsEmpty ? [] : Missing(context).ToImmutableArray();
        return Task.FromResult<StepResult>(new StepResult.Succeeded(JsonSerializer.SerializeToNode(new FinalizeOutput([.. files.Select(file => file.Change.Path)]), EngineJson.Options))
        {
            Files = files,
        });
    }

    // A name that is taken, in whatever spelling or as a folder, stays the agent's.
    private static IEnumerable<WrittenFile> Missing(StepContext context)
    {
        var names = new PathSet();
        foreach (var path in context.State.Files.Keys)
        {
            _ = names.Add(path);
        }

        return Additions(context).Where(file => names.Add(file.Change.Path) is null);
    }

    private static IEnumerable<WrittenFile> Additions(StepContext context)
    {
        yield return File(".gitignore", IgnoredFiles.Of(context.State.Files.Keys));
        if (context.Outputs("contract") is [.., var contract])
        {
            yield return File("README.md", ProjectReadme.Of(Read<Contract>(contract.Output), context.State));
        }

        if (context.Outputs("requirements") is [.., var requirements])
        {
            yield return File(RequirementsPage.Path, RequirementsPage.Of(Read<Requirements>(requirements.Output)));
        }

        if (context.Outputs("requirements") is [.., var wanted] && context.Outputs("contract") is [.., var agreed])
        {
            var trace = Traceability.Of(Read<Requirements>(wanted.Output), Read<Contract>(agreed.Output), context.State);
            yield return File(TraceabilityPage.Path, TraceabilityPage.Of(trace));
            yield return File(TraceabilityPage.DataPath, TraceabilityPage.DataOf(trace));
        }
    }

    private static T Read<T>(JsonNode output) => output.Deserialize<T>(EngineJson.Options)!;

    private static WrittenFile File(string path, string content)
    {
        var blob = Blob.Of(content);
        return new WrittenFile(new FileChange(path, blob.Id, null, null, []), blob);
    }
}
