using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;

namespace Conclave.Server.Hosting;

/// <summary>Where workflows and prompts come from: the built-in ones, embedded in the program, and the user's files.</summary>
public sealed class WorkflowLibrary
{
    private static readonly System.Reflection.Assembly Embedded = typeof(WorkflowDefinition).Assembly;

    private readonly PlanningCatalog catalog;

    /// <param name="steps">The kinds of steps that workflows may use.</param>
    /// <param name="providers">The providers that they may name; null for the vendors alone.</param>
    public WorkflowLibrary(IEnumerable<StepKind> steps, IEnumerable<string>? providers = null)
    {
        catalog = new PlanningCatalog(
            steps.ToImmutableDictionary(kind => kind.Name),
            CouncilSchemas.All,
            Resources("prompts/").ToImmutableDictionary(name => name, name => Resource($"prompts/{name}"), StringComparer.Ordinal),
            [.. providers ?? HostEnvironment.KeyVariables.Keys]);
    }

    /// <summary>What workflows may name.</summary>
    public PlanningCatalog Catalog => catalog;

    /// <summary>The names of the built-in workflows.</summary>
    public static IEnumerable<string> BuiltIn => Resources("workflows/").Select(name => Path.GetFileNameWithoutExtension(name)).Order(StringComparer.Ordinal);

    /// <summary>The text of a built-in workflow (by its name) or of a file (by its path); null when there is neither.</summary>
    public static WorkflowSource? Find(string nameOrPath)
    {
        if (BuiltIn.Contains(nameOrPath, StringComparer.Ordinal))
        {
            return new WorkflowSource($"{nameOrPath}.yaml", Resource($"workflows/{nameOrPath}.yaml"), null);
        }

        // The gate refuses what is too large; reading stops shortly after that size.
        return File.Exists(nameOrPath) ? new WorkflowSource(nameOrPath, ReadBounded(nameOrPath), Path.GetDirectoryName(Path.GetFullPath(nameOrPath))) : null;
    }

    /// <summary>The workflow files of a folder, by name; none when there is no such folder.</summary>
    public static IEnumerable<WorkflowSource> In(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory).Where(file => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(file => Find(file)!)
        : [];

    /// <summary>Plans a workflow, with the prompts and workflows beside it that it uses.</summary>
    public Checked<Workflow> Plan(WorkflowSource source)
    {
        var files = new WorkflowFiles(source.Directory);
        files.Visit(source.Text, source.File, "");
        return WorkflowPlanner.Plan(source.Text, source.File, catalog with
        {
            Prompts = catalog.Prompts.SetItems(files.Prompts),
            Workflows = BuiltIn.ToImmutableDictionary(name => name, name => Resource($"workflows/{name}.yaml"), StringComparer.Ordinal).SetItems(files.Workflows),
        });
    }

    internal static string ReadBounded(string path)
    {
        using var reader = new StreamReader(path);
        var buffer = new char[YamlDocument.MaxBytes + 1];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    private static IEnumerable<string> Resources(string prefix) =>
        Embedded.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Embedded.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

/// <summary>A workflow's text and where it is from.</summary>
/// <param name="File">As problems name it.</param>
/// <param name="Directory">Where its prompt files are looked for; null for a built-in one.</param>
public sealed record WorkflowSource(string File, string Text, string? Directory)
{
    /// <summary>The comment that the file begins with, on one line; empty when there is none.</summary>
    public string Description => string.Join(' ', Text.Split('\n')
        .Select(line => line.Trim())
        .TakeWhile(line => line.StartsWith('#') || line.Length == 0)
        .Select(line => line.TrimStart('#').Trim())
        .Where(line => line.Length > 0 && !line.StartsWith("yaml-language-server:", StringComparison.Ordinal)));
}
