using System.Collections.Immutable;
using System.Text;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Workspace.Steps;

/// <summary>The project's files as texts, for prompts. Immutable; a repair makes the next one.</summary>
/// <param name="Blobs">The content of each file.</param>
internal sealed record ProjectTexts(ImmutableSortedDictionary<string, (FileChange Change, Blob Content)> Blobs)
{
    /// <summary>Reads all files that are there when the step begins.</summary>
    public static async Task<ProjectTexts> Load(StepContext context, CancellationToken cancel)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, (FileChange, Blob)>(StringComparer.Ordinal);
        foreach (var change in context.Files.Values)
        {
            files[change.Path] = (change, await context.ReadBlob(change.Blob!.Value, cancel));
        }

        return new ProjectTexts(files.ToImmutable());
    }

    /// <summary>The files after a change.</summary>
    public ProjectTexts With(IEnumerable<WrittenFile> changes) => new(changes.Aggregate(
        Blobs,
        (files, file) => file.Content is null ? files.Remove(file.Change.Path) : files.SetItem(file.Change.Path, (file.Change, file.Content))));

    /// <summary>The files that a filter lets through, each in a block that names it.</summary>
    /// <param name="numbered">Whether each line bears its number.</param>
    public string Render(Func<FileChange, bool> include, bool numbered = false)
    {
        var text = new StringBuilder();
        foreach (var (path, (change, content)) in Blobs.Where(file => include(file.Value.Change)))
        {
            text.Append($"<file path=\"{path}\">\n").Append(numbered ? Numbered(content.Text) : content.Text).Append("</file>\n");
        }

        return text.Length == 0 ? "(none)" : text.ToString();
    }

    /// <summary>All of them by their paths.</summary>
    public ImmutableDictionary<string, string> Texts() => Blobs.ToImmutableDictionary(file => file.Key, file => file.Value.Content.Text, StringComparer.Ordinal);

    /// <summary>What a file holds; null when there is no such file.</summary>
    public string? Text(string path) => Blobs.TryGetValue(path, out var file) ? file.Content.Text : null;

    /// <summary>How many lines a file has, as they are numbered in prompts; 0 when there is no such file.</summary>
    public int Lines(string path) => Blobs.TryGetValue(path, out var file) ? file.Content.Text.TrimEnd('\n').Split('\n').Length : 0;

    private static string Numbered(string text) =>
        string.Concat(text.TrimEnd('\n').Split('\n').Select((line, index) => $"{index + 1,4}| {line}\n"));
}
