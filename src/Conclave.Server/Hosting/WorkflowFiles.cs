using Conclave.Engine.Definition;
using Conclave.Engine.Planning;

namespace Conclave.Server.Hosting;

/// <summary>The files that a workflow names, read from its folder. Grows while files are visited.</summary>
/// <param name="directory">The folder of the workflow that was started; null for a built-in one, which has no files.</param>
internal sealed class WorkflowFiles(string? directory)
{
    private const int MaxNeighbours = 100;

    /// <summary>The prompts, by their place below the folder.</summary>
    public Dictionary<string, string> Prompts { get; } = new(StringComparer.Ordinal);

    /// <summary>The workflows, by <see cref="SubWorkflow.Name"/>.</summary>
    public Dictionary<string, string> Workflows { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads what a workflow names, what that names, and so on. What is not there is left to the planner, which knows the place.</summary>
    /// <param name="folder">Of the workflow, below the folder of the one that was started: empty or ending in <c>/</c>.</param>
    public void Visit(string text, string file, string folder)
    {
        if (directory is null || WorkflowReader.Read(text, file).Value is not { } definition)
        {
            return;
        }

        foreach (var prompt in definition.Phases.Select(phase => phase.Prompt?.Value).OfType<string>().Where(prompt => prompt.EndsWith(".md", StringComparison.Ordinal)))
        {
            if (Path.Combine(directory, folder, prompt) is var path && File.Exists(path))
            {
                Prompts[folder + prompt] = WorkflowLibrary.ReadBounded(path);
            }
        }

        foreach (var name in SubWorkflow.FilesOf(definition).Select(written => SubWorkflow.Name(folder, written)).OfType<string>().Where(name => !Workflows.ContainsKey(name)))
        {
            Read(name);
        }
    }

    private void Read(string name)
    {
        var path = Path.Combine(directory!, name);
        if (!name.Contains('.', StringComparison.Ordinal))
        {
            return;
        }

        if (File.Exists(path))
        {
            Workflows[name] = WorkflowLibrary.ReadBounded(path);
            Visit(Workflows[name], name, SubWorkflow.Folder(name));
        }
        else if (Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder))
        {
            // For a near miss: what the user may have meant.
            foreach (var neighbour in Directory.EnumerateFiles(folder, "*.y*ml").Order(StringComparer.Ordinal).Take(MaxNeighbours))
            {
                Workflows.TryAdd(SubWorkflow.Folder(name) + Path.GetFileName(neighbour), WorkflowLibrary.ReadBounded(neighbour));
            }
        }
    }
}
