using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Workspace.Answers;

/// <summary>
/// Files in JSON: <c>{"files": [{"path": ..., "content": ...}]}</c>, <c>{"src/a.py": "..."}</c>, one or many arguments of tools that write or edit files.
/// </summary>
internal static class JsonFiles
{
    private const int MaxDepth = 12;

    private static readonly JsonDocumentOptions Forgiving = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    private static readonly string[] PathKeys = ["path", "file_path", "filePath", "filepath", "filename", "file_name", "fileName", "file", "target_file", "relative_path", "name", "old_path"];
    private static readonly string[] ContentKeys = ["content", "contents", "file_text", "file_content", "fileContent", "code", "text", "source", "body", "data", "file_contents", "new_content"];
    private static readonly string[] BeforeKeys = ["old_str", "old_string", "oldString", "old_text", "search", "find"];
    private static readonly string[] AfterKeys = ["new_str", "new_string", "newString", "new_text", "replace", "replacement"];
    private static readonly string[] Containers = ["files", "file", "args", "arguments", "input", "parameters", "params", "function", "tool_calls", "tool_use", "calls", "changes", "edits", "operations", "actions", "artifacts", "output", "result", "response", "data", "project"];

    /// <summary>The files in a text; empty when it is no JSON or names none.</summary>
    public static ImmutableArray<AnswerPart> Read(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 10 || trimmed[0] is not ('{' or '[') || trimmed[^1] is not ('}' or ']'))
        {
            return [];
        }

        try
        {
            var parts = ImmutableArray.CreateBuilder<AnswerPart>();
            Collect(JsonNode.Parse(trimmed.ToString(), null, Forgiving), parts, 0);
            return parts.ToImmutable();
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // A name twice is an ArgumentException.
            return [];
        }
    }

    private static void Collect(JsonNode? node, ImmutableArray<AnswerPart>.Builder parts, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                Collect(item, parts, depth + 1);
            }
        }
        else if (node is JsonObject fields)
        {
            if (OfFields(fields) is { } part)
            {
                parts.Add(part);
            }
            else if (IsMap(fields))
            {
                parts.AddRange(fields.Select(field => File(field.Key, Text(field.Value) ?? Text(field.Value is JsonObject inner ? Value(inner, ContentKeys) : null)!)));
            }
            else
            {
                foreach (var (_, value) in fields.Where(field => Containers.Contains(field.Key)))
                {
                    // Arguments of a call come as a text of JSON.
                    Collect(Text(value) is { } text && text.TrimStart().StartsWith('{') ? Parsed(text) : value, parts, depth + 1);
                }
            }
        }
    }

    private static AnswerPart? OfFields(JsonObject fields)
    {
        if (PathKeys.Select(key => Text(fields[key])).FirstOrDefault(path => path is not null && PathText.CanBeName(path) && (PathText.IsName(path) || path.Contains('/', StringComparison.Ordinal))) is not { } path)
        {
            return null;
        }

        if (Text(Value(fields, BeforeKeys)) is { } before && Text(Value(fields, AfterKeys)) is { } after)
        {
            return new AnswerPart.Change(new FileEdit(PathText.Clean(path), [new EditHunk(Lines(before), Lines(after))]));
        }

        var verb = Text(fields["action"]) ?? Text(fields["command"]) ?? Text(fields["type"]) ?? Text(fields["operation"]) ?? "";
        if (Text(Value(fields, ContentKeys)) is { } content)
        {
            return verb is "delete" or "remove" ? new AnswerPart.Unreadable($"`{path}` is to be deleted and has a content as well.") : File(path, content);
        }

        return verb is "delete" or "remove" or "delete_file" or "remove_file" ? new AnswerPart.Whole(new AnswerFile(PathText.Clean(path), null)) : null;
    }

    // {"src/a.py": "...", "README.md": {"content": "..."}}
    private static bool IsMap(JsonObject fields) => fields.Count > 0 && fields.All(field =>
        PathText.IsName(field.Key) && (Text(field.Value) ?? Text(field.Value is JsonObject inner ? Value(inner, ContentKeys) : null)) is not null);

    private static AnswerPart.Whole File(string path, string content) => new(new AnswerFile(PathText.Clean(path), WrittenText.OneFinalNewline(content.Length == 0 || content.EndsWith('\n') ? content : content + "\n")));

    private static ImmutableArray<string> Lines(string text) => text.Length == 0 ? [] : [.. (text.EndsWith('\n') ? text[..^1] : text).Split('\n').Select(line => line.TrimEnd('\r'))];

    private static JsonNode? Value(JsonObject fields, string[] keys) => keys.Select(key => fields[key]).FirstOrDefault(value => value is not null);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, Forgiving);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
