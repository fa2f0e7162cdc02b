using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;
using Conclave.Workspace.Steps.Pages;

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
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        ImmutableArray<WrittenFile> files = context.State.Files.IsEmpty ? [] : [.. await Missing(context, cancel)];
        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(new FinalizeOutput([.. files.Select(file => file.Change.Path)]), EngineJson.Options))
        {
            Files = files,
        };
    }

    // A name that is taken, in whatever spelling or as a folder, stays the agent's.
    private static async Task<IEnumerable<WrittenFile>> Missing(StepContext context, CancellationToken cancel)
    {
        var names = new PathSet();
        foreach (var path in context.State.Files.Keys)
        {
            _ = names.Add(path);
        }

        var commands = ProjectCommands.Of(await Texts(context, cancel));
        var commits = await CommitIds.Of(context.State, context.ReadBlob, cancel);
        return Additions(context, commands, commits).Where(file => file.Content is not null && names.Add(file.Path) is null).Select(file => File(file.Path, file.Content!));
    }

    private static IEnumerable<(string Path, string? Content)> Additions(StepContext context, ProjectCommands commands, ImmutableArray<string> commits)
    {
        yield return (".gitignore", IgnoredFiles.Of(context.State.Files.Keys));
        Contract? contract = context.Outputs("contract") is [.., var agreed] ? Read<Contract>(agreed.Output) : null;
        Requirements? requirements = context.Outputs("requirements") is [.., var wanted] ? Read<Requirements>(wanted.Output) : null;
        if (contract is not null)
        {
            yield return ("README.md", ProjectReadme.Of(contract, context.State, commands));
            yield return (NodePackage.Path, NodePackage.Of(contract, commands));
            yield return (ContainerFiles.Path, ContainerFiles.Image(contract, commands));
            yield return (ContainerFiles.ComposePath, ContainerFiles.Compose(contract, commands));
            yield return (CiFile.Path, CiFile.Of(commands));
            yield return (ArchitecturePage.Path, ArchitecturePage.Of(contract));
            yield return (ApiPage.Path, ApiPage.Of(contract));
        }

        if (requirements is not null)
        {
            yield return (RequirementsPage.Path, RequirementsPage.Of(requirements));
        }

        if (requirements is not null && contract is not null)
        {
            var trace = Traceability.Of(requirements, contract, context.State, commits);
            yield return (TraceabilityPage.Path, TraceabilityPage.Of(trace));
            yield return (TraceabilityPage.DataPath, TraceabilityPage.DataOf(trace));
        }
    }

    private static async Task<Dictionary<string, string>> Texts(StepContext context, CancellationToken cancel)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in context.State.Files.Values)
        {
            texts[file.Path] = (await context.ReadBlob(file.Blob!.Value, cancel)).Text;
        }

        return texts;
    }

    private static T Read<T>(JsonNode output) => output.Deserialize<T>(EngineJson.Options)!;

    private static WrittenFile File(string path, string content)
    {
        var blob = Blob.Of(content);
        return new WrittenFile(new FileChange(path, blob.Id, null, null, []), blob);
    }
}
