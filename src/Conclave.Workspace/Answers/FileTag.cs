namespace Conclave.Workspace.Answers;

/// <summary>
/// A tag of the asked-for form: <c>&lt;file path="src/app.py"&gt;</c>, <c>&lt;file path='old.py' delete="true"/&gt;</c> or <c>&lt;/file&gt;</c>; or of the forms
/// of other tools (<see cref="TagForms"/>).
/// </summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where what comes after it begins.</param>
/// <param name="Indent">How deep its line is indented; null when something else stands before it on its line.</param>
internal abstract record FileTag(int Start, int End, int? Indent)
{
    /// <summary>The name of the element; tags of another name neither begin nor end it.</summary>
    public string Name { get; init; } = "file";

    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
    private const string ClosingName = "</file";

    /// <summary>Begins a block, or is a whole one when it closes itself.</summary>
    public sealed record Open(int Start, int End, int? Indent, string Path, bool Delete, bool ClosesItself) : FileTag(Start, End, Indent)
    {
        /// <summary>What is in it.</summary>
        public TagForm Form { get; init; }

        /// <summary>The new path, when the file moves.</summary>
        public string? To { get; init; }
    }

    /// <summary>Begins like an opening tag, but no path can be read in it.</summary>
    /// <param name="EndsOnItsLine">Whether a closing tag for it follows on its line; that one is no tag of its own.</param>
    public sealed record Unreadable(int Start, int End, int? Indent, string Text, bool EndsOnItsLine) : FileTag(Start, End, Indent);

    /// <summary>May end a block: nothing but another tag comes after it on its line, and it does not end an element that began on its line.</summary>
    public sealed record Close(int Start, int End, int? Indent) : FileTag(Start, End, Indent);

    /// <summary>The tags of an answer in order. An opening tag stands at the start of a line or right after a closing one; else it is part of a sentence.</summary>
    public static IEnumerable<FileTag> In(string answer)
    {
        var afterClose = -1;
        // The last place in this line where an element of the content began: <source><file>a.php</file>
        var element = -1;
        for (var at = answer.IndexOf('<', StringComparison.Ordinal); at >= 0;)
        {
            var tag = ReadClose(answer, at) ?? (IndentOf(answer, at) is not null || at == afterClose ? ReadOpen(answer, at) : null);
            if (tag is Close && element >= 0 && answer.AsSpan(element, at - element).IndexOf('\n') < 0)
            {
                element = -1;
            }
            else if (tag is not null)
            {
                afterClose = tag is Close ? SkipBlanks(answer, tag.End) : -1;
                yield return tag;
            }

            element = tag is Open ? -1 : IsOpeningName(answer, at) ? at : element;
            var next = tag?.End ?? at + 1;
            at = next < answer.Length ? answer.IndexOf('<', next) : -1;
        }
    }

    private static Close? ReadClose(string answer, int at)
    {
        if (at + 1 >= answer.Length || answer[at + 1] != '/' || NameAt(answer, at + 2) is not { Length: > 0 } name || TagForms.Of(name) is null)
        {
            return null;
        }

        var end = SkipSpace(answer, at + 2 + name.Length);
        if (end == answer.Length || answer[end] != '>')
        {
            return null;
        }

        var rest = SkipBlanks(answer, ++end);
        return rest == answer.Length || answer[rest] == '\n' || IsOpeningName(answer, rest) || !TagForms.IsAskedFor(name)
            ? new Close(at, end, IndentOf(answer, at)) { Name = name.ToString().ToLowerInvariant() }
            : null;
    }

    private static FileTag? ReadOpen(string answer, int at)
    {
        var name = NameAt(answer, at + 1);
        if (TagForms.Of(name) is not { } form || !IsOpeningName(answer, at))
        {
            return null;
        }

        var attributes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var end = SkipSpace(answer, at + 1 + name.Length);
        while (ReadAttribute(answer, end) is { } attribute && attributes.TryAdd(attribute.Name, attribute.Value))
        {
            end = SkipSpace(answer, attribute.End);
        }

        var closesItself = end < answer.Length && answer[end] == '/';
        end += closesItself ? 1 : 0;
        var path = form == TagForm.Rename ? attributes.GetValueOrDefault("from") : TagForms.PathIn(attributes, TagForms.IsAskedFor(name));
        if (end < answer.Length && answer[end] == '>' && path is { Length: > 0 })
        {
            var delete = IsTrue(attributes.GetValueOrDefault("delete")) || form == TagForm.Deletion || attributes.GetValueOrDefault("action") is "delete" or "remove";
            return new Open(at, end + 1, IndentOf(answer, at), path, delete, closesItself) { Name = name.ToString().ToLowerInvariant(), Form = form, To = attributes.GetValueOrDefault("to") };
        }

        return TagForms.IsAskedFor(name) ? new Unreadable(at, at + 1 + name.Length, IndentOf(answer, at), Line(answer, at), HasEndOnLine(answer, at)) : null;
    }

    // path="a b.txt", path='a "b".txt', path=a.txt
    private static (string Name, string Value, int End)? ReadAttribute(string answer, int at)
    {
        var equals = at;
        while (equals < answer.Length && (char.IsAsciiLetterOrDigit(answer[equals]) || answer[equals] is '-' or '_' or ':'))
        {
            equals++;
        }

        var value = SkipSpace(answer, equals);
        if (equals == at || value == answer.Length || answer[value] != '=')
        {
            return null;
        }

        value = SkipSpace(answer, value + 1);
        var name = answer[at..equals];
        if (value < answer.Length && answer[value] is '"' or '\'')
        {
            var length = answer.AsSpan(value + 1).IndexOfAny(answer[value], '\n');
            var quote = value + 1 + length;
            return length >= 0 && answer[quote] == answer[value] ? (name, answer[(value + 1)..quote], quote + 1) : null;
        }

        var end = value;
        while (end < answer.Length && (char.IsAsciiLetterOrDigit(answer[end]) || answer[end] is '.' or '_' or '-' or '+' || (answer[end] == '/' && !answer.AsSpan(end).StartsWith("/>"))))
        {
            end++;
        }

        return end > value ? (name, answer[value..end], end) : null;
    }

    private static bool IsOpeningName(string answer, int at)
    {
        if (at >= answer.Length || answer[at] != '<')
        {
            return false;
        }

        var name = NameAt(answer, at + 1);
        var end = at + 1 + name.Length;
        return TagForms.Of(name) is not null && (end == answer.Length || char.IsWhiteSpace(answer[end]) || answer[end] is '>' or '/');
    }

    // No name is longer than this.
    private static ReadOnlySpan<char> NameAt(string answer, int at)
    {
        var end = at;
        while (end < answer.Length && end - at < 30 && (char.IsAsciiLetterOrDigit(answer[end]) || answer[end] is '-' or '_'))
        {
            end++;
        }

        return answer.AsSpan(at, end - at);
    }

    private static bool IsTrue(string? value) => string.Equals(value, "true", AnyCase);

    private static int? IndentOf(string answer, int at)
    {
        var start = at;
        while (start > 0 && answer[start - 1] is ' ' or '\t')
        {
            start--;
        }

        return start == 0 || answer[start - 1] is '\n' or '\uFEFF' ? at - start : null;
    }

    private static int SkipSpace(string answer, int at)
    {
        while (at < answer.Length && char.IsWhiteSpace(answer[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipBlanks(string answer, int at)
    {
        while (at < answer.Length && answer[at] is ' ' or '\t' or '\r')
        {
            at++;
        }

        return at;
    }

    private static bool HasEndOnLine(string answer, int at)
    {
        var lineEnd = answer.IndexOf('\n', at);
        var rest = lineEnd < 0 ? answer.AsSpan(at) : answer.AsSpan(at, lineEnd - at);
        return rest.Contains(ClosingName, AnyCase);
    }

    private static string Line(string answer, int at)
    {
        var line = answer.AsSpan(at, Math.Min(120, answer.Length - at));
        var end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]).ToString();
    }
}
