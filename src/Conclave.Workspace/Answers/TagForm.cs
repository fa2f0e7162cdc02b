using System.Collections.Frozen;

namespace Conclave.Workspace.Answers;

/// <summary>What a tag says about its file.</summary>
internal enum TagForm
{
    /// <summary>The file stands in it: <c>&lt;file path="..."&gt;</c>, <c>&lt;boltAction type="file" filePath="..."&gt;</c>.</summary>
    Whole,

    /// <summary>The file goes: <c>&lt;dyad-delete path="..."/&gt;</c>.</summary>
    Deletion,

    /// <summary>Search and replace blocks or a diff stand in it.</summary>
    Edit,

    /// <summary>The file gets another name: <c>&lt;dyad-rename from="..." to="..."/&gt;</c>.</summary>
    Rename,
}

/// <summary>The tags of tools that have the path in an attribute.</summary>
internal static class TagForms
{
    private static readonly FrozenDictionary<string, TagForm> Forms = new Dictionary<string, TagForm>
    {
        ["file"] = TagForm.Whole,
        ["boltAction"] = TagForm.Whole,
        ["dyad-write"] = TagForm.Whole,
        ["lov-write"] = TagForm.Whole,
        ["v0-write"] = TagForm.Whole,
        ["create_file"] = TagForm.Whole,
        ["create-file"] = TagForm.Whole,
        ["createFile"] = TagForm.Whole,
        ["write_file"] = TagForm.Whole,
        ["write-file"] = TagForm.Whole,
        ["write_to_file"] = TagForm.Whole,
        ["new_file"] = TagForm.Whole,
        ["new-file"] = TagForm.Whole,
        ["add_file"] = TagForm.Whole,
        ["save_file"] = TagForm.Whole,
        ["update_file"] = TagForm.Whole,
        ["codefile"] = TagForm.Whole,
        ["code-file"] = TagForm.Whole,
        ["source-file"] = TagForm.Whole,
        ["antArtifact"] = TagForm.Whole,
        ["artifact"] = TagForm.Whole,
        ["document"] = TagForm.Whole,
        ["codeblock"] = TagForm.Whole,
        ["code"] = TagForm.Whole,
        ["dyad-delete"] = TagForm.Deletion,
        ["lov-delete"] = TagForm.Deletion,
        ["delete_file"] = TagForm.Deletion,
        ["delete-file"] = TagForm.Deletion,
        ["remove_file"] = TagForm.Deletion,
        ["dyad-search-replace"] = TagForm.Edit,
        ["lov-search-replace"] = TagForm.Edit,
        ["search_replace"] = TagForm.Edit,
        ["search-replace"] = TagForm.Edit,
        ["replace_in_file"] = TagForm.Edit,
        ["apply_diff"] = TagForm.Edit,
        ["edit_file"] = TagForm.Edit,
        ["edit-file"] = TagForm.Edit,
        ["file_edit"] = TagForm.Edit,
        ["edit"] = TagForm.Edit,
        ["diff"] = TagForm.Edit,
        ["patch"] = TagForm.Edit,
        ["dyad-rename"] = TagForm.Rename,
        ["lov-rename"] = TagForm.Rename,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // Always a path, and a path when it looks like one.
    private static readonly string[] Paths = ["path", "filePath", "file_path", "filename", "file_name", "target_file", "file-path", "file-name"];
    private static readonly string[] MayBePaths = ["name", "file", "src", "title", "identifier", "id", "source", "target", "href"];

    /// <summary>The form of a tag by its name; null when it is no tag of a file.</summary>
    public static TagForm? Of(ReadOnlySpan<char> name) => Forms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var form) ? form : null;

    /// <summary>Whether the name is the one that is asked for, whose tags must be readable.</summary>
    public static bool IsAskedFor(ReadOnlySpan<char> name) => name.Equals("file", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path in a tag's attributes; null when there is none.</summary>
    public static string? PathIn(Dictionary<string, string> attributes, bool isAskedFor)
    {
        // <boltAction type="shell">
        if (!isAskedFor && attributes.GetValueOrDefault("type") is "shell" or "start" or "build" or "command")
        {
            return null;
        }

        var sure = Paths.Select(key => attributes.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        return sure ?? MayBePaths.Select(key => attributes.GetValueOrDefault(key)).FirstOrDefault(value => value is not null && PathText.IsName(value));
    }
}
