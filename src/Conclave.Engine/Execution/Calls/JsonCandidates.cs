using System.Text;

namespace Conclave.Engine.Execution.Calls;

/// <summary>
/// Finds the JSON documents in a text that says more than them, as models write: fences, remarks, drafts. Linear in the text but for a few openings
/// that never close.
/// </summary>
internal static class JsonCandidates
{
    private const int MaxUnclosed = 64;
    private static readonly (string Python, string Json)[] Words = [("True", "true"), ("False", "false"), ("None", "null")];
    private const string ThinkingEnd = "</think>";

    /// <summary>
    /// The texts from an opening brace or bracket to the one that closes it, outermost ones only, in order. A document that begins and does not close is
    /// given up to the end of the text: what stands in it is a part of it, not a document.
    /// </summary>
    public static IEnumerable<string> In(string text)
    {
        var unclosed = 0;
        for (var at = text.AsSpan().IndexOfAny('{', '['); at >= 0 && unclosed < MaxUnclosed;)
        {
            var end = End(text, at);
            if (end < 0 && IsDocument(text.AsSpan(at)))
            {
                yield return text[at..];
                yield break;
            }

            if (end >= 0)
            {
                yield return text[at..end];
            }
            else
            {
                unclosed++;
            }

            var from = end < 0 ? at + 1 : end;
            var next = text.AsSpan(from).IndexOfAny('{', '[');
            at = next < 0 ? -1 : from + next;
        }
    }

    /// <summary>Whether a text is meant to be JSON, as told by how it begins, and not a remark in brackets.</summary>
    public static bool IsDocument(ReadOnlySpan<char> text)
    {
        var inner = text[1..].TrimStart();
        return !inner.IsEmpty && (inner[0] is '"' || (text[0] == '[' && inner[0] is '{' or '['));
    }

    /// <summary>The text after what some models think aloud in front of their answer.</summary>
    public static string WithoutThinking(string text)
    {
        var trimmed = text.TrimStart();
        return trimmed.StartsWith("<think>", StringComparison.Ordinal) && trimmed.IndexOf(ThinkingEnd, StringComparison.Ordinal) is var end and > 0
            ? trimmed[(end + ThinkingEnd.Length)..]
            : text;
    }

    /// <summary>
    /// Repairs what can mean one thing only: a line break or tab that stands raw in a string, an apostrophe escaped without need, and Python's words for
    /// true, false and null. All else stays as it is, and wrong.
    /// </summary>
    public static string Repaired(string json)
    {
        var result = new StringBuilder(json.Length + 16);
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (inString && c == '\\' && i + 1 < json.Length)
            {
                var escaped = json[++i];
                result.Append(escaped == '\'' ? "'" : $"\\{escaped}");
            }
            else if (inString && c < ' ')
            {
                result.Append(Escape(c));
            }
            else if (!inString && Word(json, i) is { } word)
            {
                result.Append(word.Json);
                i += word.Python.Length - 1;
            }
            else
            {
                inString ^= c == '"';
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static string Escape(char control) => control switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => control.ToString(),
    };

    private static (string Python, string Json)? Word(string text, int at)
    {
        foreach (var (python, json) in Words)
        {
            var end = at + python.Length;
            if (string.CompareOrdinal(text, at, python, 0, python.Length) == 0 && (at == 0 || !IsWord(text[at - 1])) && (end == text.Length || !IsWord(text[end])))
            {
                return (python, json);
            }
        }

        return null;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    // One past the character that closes what opens here; -1 when nothing does.
    private static int End(string text, int start)
    {
        var (depth, inString) = (0, false);
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when inString:
                    i++;
                    break;
                case '"':
                    inString = !inString;
                    break;
                case '{' or '[' when !inString:
                    depth++;
                    break;
                case '}' or ']' when !inString && --depth == 0:
                    return i + 1;
                default:
                    break;
            }
        }

        return -1;
    }
}
