using System.Text.Json;
using Conclave.Engine.Definition;
using YamlDotNet.RepresentationModel;

namespace Conclave.Simulator.Scenarios;

/// <summary>Reads the <c>reply</c> of a rule: a text, or a map with <c>text</c> or <c>file</c>, <c>thinking</c> and <c>tool_calls</c>; or a <c>reply_file</c>.</summary>
internal static class ReplyReader
{
    private const int MaxTimes = 10_000;

    /// <summary>The reply; null when there is none, or with a problem when it can't be read.</summary>
    public static ScriptedReply? Read(MappingReader rule, ScenarioFiles files)
    {
        if (rule.Text("reply_file") is { } file)
        {
            if (rule.Has("reply"))
            {
                rule.Report("CONC006", file.At, $"{rule.What} has both `reply` and `reply_file`", "keep one of them");
            }

            return FileBeside(rule, "reply_file", "the reply file", file, files) is { } read ? new ScriptedReply(read) : null;
        }

        return rule.Node("reply") switch
        {
            YamlMappingNode => Parts(rule.Map("reply")!, files),
            YamlScalarNode => rule.Text("reply") is { } text ? new ScriptedReply(text.Value) : null,
            null => null,
            var other => Refused(rule, other),
        };
    }

    private static ScriptedReply Parts(MappingReader reply, ScenarioFiles files)
    {
        var text = reply.Text("text")?.Value;
        if (reply.Text("file") is { } file)
        {
            if (text is not null)
            {
                reply.Report("CONC006", file.At, $"{reply.What} has both `text` and `file`", "keep one of them");
            }

            text = FileBeside(reply, "file", "the file", file, files);
        }

        var parts = new ScriptedReply(text ?? "")
        {
            Thinking = reply.Text("thinking")?.Value,
            ToolCalls = reply.Has("tool_calls") ? [.. reply.Maps("tool_calls", number => $"tool call {number} of {reply.What}").SelectMany(Calls)] : [],
        };
        if (!reply.Has("text") && !reply.Has("file") && !reply.Has("tool_calls"))
        {
            reply.Report("CONC005", reply.At, $"{reply.What} lacks `text`, `file` or `tool_calls`");
        }

        reply.RefuseUnknown();
        return parts;
    }

    private static IEnumerable<ToolCall> Calls(MappingReader map)
    {
        var name = map.RequiredText("name").Value;

        // Text stands as it is, so that it can be broken JSON; a map is written as JSON.
        var arguments = map.Node("arguments") switch
        {
            null => "{}",
            YamlScalarNode { Value: { } text } => text,
            var node => JsonSerializer.Serialize(MappingReader.ToJson(node)),
        };
        var times = map.Count("times", 1, MaxTimes) ?? 1;
        map.RefuseUnknown();
        return Enumerable.Repeat(new ToolCall(name, arguments), times);
    }

    private static string? FileBeside(MappingReader map, string key, string what, Sourced<string> file, ScenarioFiles files)
    {
        if (!IsBeside(file.Value))
        {
            map.Report("CONC006", file.At, $"`{key}` of {map.What} can't be `{file.Value}`", "write a path below the scenario's folder, with `/`");
            return null;
        }

        var (text, reason) = files.Beside(file.Value);
        if (text is null)
        {
            map.Report("CONC902", file.At, $"{what} `{file.Value}` of {map.What} can't be read: {reason}");
        }

        return text;
    }

    private static ScriptedReply? Refused(MappingReader rule, YamlNode other)
    {
        rule.Report("CONC006", other, $"`reply` of {rule.What} must be a text, or a map with `text`, `thinking` or `tool_calls`");
        return null;
    }

    private static bool IsBeside(string path) =>
        path.AsSpan().IndexOfAny('\\', ':') < 0 && path.Split('/').All(segment => segment is not ("" or "." or ".."));
}
