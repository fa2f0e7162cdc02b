using System.Collections.Immutable;

namespace Conclave.Workspace.Verification;

/// <summary>The start tags of a page, and what is so wrong with it that a browser would lose a part of it.</summary>
internal sealed record HtmlPage(ImmutableArray<HtmlTag> Tags, ImmutableArray<string> Problems)
{
    /// <summary>Reads a page; never fails.</summary>
    public static HtmlPage Read(string text) => new Reader(text).Read();

    private sealed class Reader(string text)
    {
        private static readonly ImmutableHashSet<string> RawText = ["script", "style", "textarea", "title"];

        private readonly ImmutableArray<HtmlTag>.Builder tags = ImmutableArray.CreateBuilder<HtmlTag>();
        private readonly ImmutableArray<string>.Builder problems = ImmutableArray.CreateBuilder<string>();
        private int at;

        public HtmlPage Read()
        {
            while (Find("<", at) is >= 0 and var start)
            {
                at = start;
                ReadMarkup(start);
            }

            if (tags.Count == 0)
            {
                problems.Add("it has no tags");
            }

            return new HtmlPage(tags.ToImmutable(), problems.ToImmutable());
        }

        private void ReadMarkup(int start)
        {
            if (Follows("<!--"))
            {
                SkipPast("-->", start, "a comment");
            }
            else if (Follows("<!") || Follows("</") || Follows("<?"))
            {
                SkipPast(">", start, "a tag");
            }
            else if (at + 1 < text.Length && char.IsAsciiLetter(text[at + 1]))
            {
                ReadTag(start);
            }
            else
            {
                at++;
            }
        }

        private void ReadTag(int start)
        {
            at++;
            var name = Word(stops: "/").ToLowerInvariant();
            var attributes = ImmutableDictionary.CreateBuilder<string, string>();
            while (true)
            {
                at = SkipWhile(character => char.IsWhiteSpace(character) || character == '/');
                if (at >= text.Length)
                {
                    problems.Add($"<{name}> in line {Line(start)} is never closed");
                    return;
                }

                if (text[at] == '>')
                {
                    at++;
                    break;
                }

                var attribute = Word(stops: "=/").ToLowerInvariant();
                if (ReadValue(start, name) is not { } value)
                {
                    return;
                }

                attributes.TryAdd(attribute, value);
            }

            if (!RawText.Contains(name))
            {
                tags.Add(new HtmlTag(name, attributes.ToImmutable(), Line(start)));
                return;
            }

            var content = at;
            var line = Line(content);
            SkipPast($"</{name}", start, $"<{name}>");
            var end = at < text.Length ? at - $"</{name}".Length : text.Length;
            tags.Add(new HtmlTag(name, attributes.ToImmutable(), Line(start)) { Content = text[Math.Min(content, end)..end], ContentLine = line });
        }

        // The value of the attribute just read; null, and the page at its end, when its quote is never closed.
        private string? ReadValue(int start, string tag)
        {
            var equals = SkipWhile(char.IsWhiteSpace);
            if (equals >= text.Length || text[equals] != '=')
            {
                return "";
            }

            at = equals + 1;
            at = SkipWhile(char.IsWhiteSpace);
            if (at >= text.Length || text[at] is not ('"' or '\''))
            {
                return at < text.Length && text[at] != '>' ? Word(stops: "") : "";
            }

            var end = text.IndexOf(text[at], at + 1);
            if (end < 0)
            {
                problems.Add($"a quote in <{tag}> in line {Line(start)} is never closed");
                at = text.Length;
                return null;
            }

            var value = text[(at + 1)..end];
            at = end + 1;
            return value;
        }

        private string Word(string stops)
        {
            var from = at;
            // At least one character, so that every call gets on.
            at++;
            at = SkipWhile(character => !char.IsWhiteSpace(character) && character != '>' && !stops.Contains(character));
            return text[from..Math.Min(at, text.Length)];
        }

        private int SkipWhile(Func<char, bool> holds)
        {
            var end = at;
            while (end < text.Length && holds(text[end]))
            {
                end++;
            }

            return end;
        }

        private void SkipPast(string end, int start, string what)
        {
            var found = Find(end, at);
            if (found < 0)
            {
                problems.Add($"{what} in line {Line(start)} is never closed");
            }

            at = found < 0 ? text.Length : found + end.Length;
        }

        private bool Follows(string part) => string.CompareOrdinal(text, at, part, 0, part.Length) == 0;

        private int Find(string part, int from) => from < text.Length ? text.IndexOf(part, from, StringComparison.OrdinalIgnoreCase) : -1;

        private int Line(int position) => text.AsSpan(0, position).Count('\n') + 1;
    }
}

/// <summary>A start tag.</summary>
internal sealed record HtmlTag(string Name, ImmutableDictionary<string, string> Attributes, int Line)
{
    /// <summary>What stands in it, for scripts and the like, whose content is no markup; else empty.</summary>
    public string Content { get; init; } = "";

    /// <summary>The line in which that begins.</summary>
    public int ContentLine { get; init; }
}
