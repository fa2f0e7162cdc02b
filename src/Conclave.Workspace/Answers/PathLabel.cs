using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>How far the name in a line of prose reaches.</summary>
internal enum LabelReach
{
    /// <summary>It can only be the target of an edit: <c>Update `src/app.py` as follows:</c></summary>
    Mention,

    /// <summary>It names the block that comes next and nothing else: a bare line, a list item, a sentence that says what to create.</summary>
    Next,

    /// <summary>It stands over a section, so a sentence may come before the block: a heading, a bold line.</summary>
    Section,
}

/// <summary>
/// A line of prose that names the file of the block after it: <c>src/app.py</c>, <c>### 2. `src/app.py`</c>, <c>**Main file: app.py**</c>,
/// <c>- app.py (new):</c>, <c>## Feed (src/Feed.js):</c>, <c>Create `src/app.py`:</c>
/// </summary>
internal sealed partial record PathLabel(string Path, LabelReach Reach)
{
    private const int MaxLine = 300;

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The label that a line is; null when it is none.</summary>
    public static PathLabel? Of(string line)
    {
        var text = line.Trim();
        if (text.Length is 0 or > MaxLine)
        {
            return null;
        }

        var inner = Ornament().Replace(text, "").Trim();
        // A name may begin with what looks like an ornament: __init__.py, .env
        var bare = PathText.IsName(text) ? text : Unquoted(inner);
        if (PathText.IsName(bare))
        {
            return new PathLabel(bare, IsSection(text) ? LabelReach.Section : LabelReach.Next);
        }

        var named = Named(inner);
        return named is not null && !Partial().IsMatch(inner)
            ? new PathLabel(named, IsSection(text) && !Creates().IsMatch(inner) ? LabelReach.Section : LabelReach.Next)
            : OnlyName(text) is { } mentioned ? new PathLabel(mentioned, LabelReach.Mention) : null;
    }

    // The name in a line that has other words as well.
    private static string? Named(string text)
    {
        if (OnlyName(text) is not { } name)
        {
            return null;
        }

        var at = text.IndexOf(name, StringComparison.Ordinal);
        var before = text[..at].TrimEnd('`', '*', '"', '\'', '(', '[', ' ', '_', '<');
        var after = text[(at + name.Length)..].TrimStart('`', '*', '"', '\'', ')', ']', '_', '>');
        var words = before.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        var isClosed = after.Trim() is "" or ":" or "." or "：";
        if (isClosed && (before.EndsWith(':') || before.EndsWith('：')))
        {
            // Main file: app.py
            return words <= 5 ? name : null;
        }

        if (isClosed && at > 0 && text[at - 1] is '(' or '`' && (text.Contains($"({name})", StringComparison.Ordinal) || text.Contains($"(`{name}`)", StringComparison.Ordinal)))
        {
            // Post Card Component (components/PostCard.js):
            return words <= 8 ? name : null;
        }

        if (before.Length == 0)
        {
            // app.py (new file), app.py - the entry point, app.py:
            return Remark().IsMatch(after.TrimStart()) ? name : null;
        }

        // Create a new file named `app.py` with this content:
        return (Creates().IsMatch(before) && Opens().IsMatch(after.Trim())) || (isClosed && words <= 3 && Plain().IsMatch(before)) ? name : null;
    }

    // The one name in a text; null when there is none or there are several.
    private static string? OnlyName(string text)
    {
        string? only = null;
        foreach (var word in Words().Matches(text).Select(match => match.Value))
        {
            var name = Unquoted(word);
            if (PathText.IsName(name))
            {
                if (only is not null && only != name)
                {
                    return null;
                }

                only = name;
            }
        }

        return only;
    }

    // `src/app.py`: **"a.py"**, (a.py). and not (group)/page.tsx
    private static string Unquoted(string text)
    {
        var inner = text.Trim().TrimEnd(':', '：', ',', ';', '.').Trim('`', '*', '"', '\'', '“', '”', '<', '>', ' ');
        var isBracketed = inner.Length > 2 && (inner[0], inner[^1]) is (('(', ')') or ('[', ']')) && !inner.AsSpan(1, inner.Length - 2).ContainsAny("()[]");
        return isBracketed ? inner[1..^1].Trim('`', '*', '"') : inner;
    }

    private static bool IsSection(string text) => text[0] == '#' || (text.StartsWith("**", StringComparison.Ordinal) && text.AsSpan(2).Contains("**", StringComparison.Ordinal)) || Numbered().IsMatch(text);

    // ### 2.1) **`  -  > \ Step 3:
    [GeneratedRegex(@"^((#+|[-*+•>]+|\(?\d+([.]\d+)*[.):]|step \d+ ?[:.)-]|[*`""'“_]+|[^\w\s./\\\[\]$@~(){}<>-]+)\s*)+|[*`""'_#\s]+$", Options)]
    private static partial Regex Ornament();

    // 1. **app.py**, 2) ### app.py
    [GeneratedRegex(@"^\d+[.)] +\*\*", Options)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"[^\s,;|]+", Options)]
    private static partial Regex Words();

    // What is shown is not the file: its old form, a part of it, how to use it.
    [GeneratedRegex(@"\b(update|updating|modify|modifying|modified lines|edit|editing|change|changes|changing|fix|fixing|in your|inside|snippet|excerpt|partial|part of|lines?|before|current|existing|usage|using|example|run|running|add to|append|patch|diff|replace|replacing|remove|delete|deleted|generated|unchanged|output of|see|import|look like|install|test it|from|at the (top|end)|comment out|check|open)\b", Options)]
    private static partial Regex Partial();

    [GeneratedRegex(@"^((and|then|now|next|finally|first|second|third|lastly|please|so|let's|let’s|let us|we|we'll|i'll|you|will|can|should|need to|to|also|start by|begin by|go ahead and)[, ]+)*(create|creating|add|new|save|put|write|make|place|store)( |$)", Options)]
    private static partial Regex Creates();

    [GeneratedRegex(@"^(file|with|and|containing|that contains|in|as|for|the|this|following|content|contents|code|below|script|module|component|[a-z]+)?( [\w' /-]+)?[:：]$", Options)]
    private static partial Regex Opens();

    [GeneratedRegex(@"^([\p{L}\d&/' -]*[\p{L}\d'])?$", Options)]
    private static partial Regex Plain();

    // After the name: (new file), - the entry point, — router
    [GeneratedRegex(@"^([:：]|[:：]? ?\([^()]{1,80}\) ?[:：]?|[-–—:|] ?.{1,200}|file:?)$", Options)]
    private static partial Regex Remark();
}
