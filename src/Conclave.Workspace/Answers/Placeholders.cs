using System.Text.RegularExpressions;

namespace Conclave.Workspace.Answers;

/// <summary>
/// Finds lines that stand for code that a model left out: <c>// ... existing code ...</c>, <c># rest of the file unchanged</c>,
/// <c>/* omitted for brevity */</c>. Only a line that says nothing else counts, and in prose only one with dots or in a comment.
/// </summary>
internal static partial class Placeholders
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private const string Code = "(code|file|class|module|component|implementation|contents?|html|css|markup|script|template|page|document|program|logic|methods?|functions?|routes?|endpoints?|handlers?|imports?|tests?|styles?|helpers)";

    private const string Fate = "(unchanged|untouched|omitted|the same|same|identical|as (is|before|above)|not changed|hidden|not shown|left out|here|below|above)";

    /// <summary>The placeholders of a file, with their lines counted from 1.</summary>
    public static IEnumerable<(int Line, string Text)> Find(string path, string content)
    {
        var isProse = CodeFence.IsProse(path);
        return content.Split('\n').Select((line, index) => (index + 1, line.Trim())).Where(line => line.Item2.Length is > 0 and <= 200 && Stands(line.Item2, isProse));
    }

    private static bool Stands(string line, bool isProse)
    {
        var match = Comment().Match(line);
        var mark = match.Groups["mark"].Value;
        var body = match.Groups["body"].Value.Trim();
        var isComment = isProse ? mark == "<!--" : mark.Length > 0;
        var text = body.Trim('.', '…', ' ', '[', ']', '(', ')', '<', '>', '-', '_', '*');
        // Without a comment's mark `...rest` is a spread; a placeholder has words.
        var hasDots = isComment ? Dots().IsMatch(body) : DotsAndWords().IsMatch(body);
        return text.Length == 0 ? isComment && !isProse && body is "..." or "…"
            : ((isComment || hasDots) && Elision().IsMatch(text)) || (hasDots && !isProse && Remainder().IsMatch(text));
    }

    // The line without what makes it a comment in some language.
    [GeneratedRegex(@"^(?<mark><!--|\{?/\*+|//+|#+|--+|;+|%+|\*|'''|""""""|'|rem )?\s*(?<body>.*?)\s*(-->|\*/\}?|'''|"""""")?$", Options)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^[\[(<]?\s*(\.\.\.|…)", Options)]
    private static partial Regex Dots();

    [GeneratedRegex(@"^[\[(<]?\s*(\.\.\.|…)\s+\w", Options)]
    private static partial Regex DotsAndWords();

    // rest of the code | the rest of the routes stays the same | other methods unchanged | existing code | imports omitted for brevity
    [GeneratedRegex(
        "^((and|keep|with|plus|all|the) )*(rest|remainder) of ((the|this|your|our|my|existing|original|previous|above) )*([\\w'-]+ ){0,2}(code|file|class|module|component|implementation|contents?|html|css|markup|script|template|page|document|program)$"
        + "|^((and|keep|with|plus|all|the) )*(rest|remainder) of ([\\w'-]+ ){0,4}" + Code + "[ ,:;(-]+((is|are|remains?|stays?|goes|continues) )*" + Fate + "( .*)?$"
        + "|^((keep|with|all|the|your|my|our) )*(existing|previous|original|other|remaining|unchanged|same) ([\\w'-]+ ){0,2}" + Code + "[ ,:;(-]+((is|are|remains?|stays?|goes) )*" + Fate + "( .*)?$"
        + "|^(existing|previous|original|unchanged|remaining) (code|implementation)$"
        + "|^(.* )?(omitted|truncated|shortened|abbreviated|elided|left out|removed|skipped) (here )?for (brevity|clarity|conciseness|space|length)$"
        + "|^(everything|all) else ((is|remains?|stays?) )?" + Fate + "$"
        + "|^(code|everything) ((is|remains?|stays?) )?(unchanged|omitted|truncated|the same|as before)$",
        Options)]
    private static partial Regex Elision();

    // After dots: ... rest, ... more routes, ... other imports, ... (unchanged), ... same as before
    [GeneratedRegex("^(and )?(the |all |your )?(rest|existing|previous|original|others?|remaining|unchanged|same|more|additional|etc|omitted|truncated|as before|keep)( .*)?$", Options)]
    private static partial Regex Remainder();
}
