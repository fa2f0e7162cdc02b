using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conclave.Engine.Council.Wording;

/// <summary>
/// Versions as people and package files write them: <c>3.12</c>, <c>^18.2</c>, <c>~=2.1</c>, <c>&gt;=3.9,&lt;4</c>, <c>20.x</c>, <c>18+</c>, <c>3.9 or newer</c>,
/// <c>1.2 - 1.9</c>, <c>^17 || ^18</c>. A version without a sign means every version that begins with it.
/// </summary>
internal sealed partial record VersionRange(ImmutableArray<VersionSpan> Spans, string Text)
{
    public static VersionRange Of(string text)
    {
        var clean = text.Trim().ToLowerInvariant();
        var spans = clean.Split("||").SelectMany(part => part.Split(" or ", StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } either && !Newer().IsMatch(part) ? either : [part]).Select(Span);
        return new VersionRange([.. spans], clean);
    }

    /// <summary>Whether some version is in both. A text without a number (<c>latest</c>) means any.</summary>
    public bool Meets(VersionRange other) => Text == other.Text || Spans.Any(one => other.Spans.Any(one.Meets));

    private static VersionSpan Span(string text)
    {
        if (Between().Match(text) is { Success: true } between)
        {
            return new VersionSpan(Number(between.Groups["from"].Value), After(between.Groups["to"].Value));
        }

        var span = VersionSpan.Any;
        foreach (Match part in Part().Matches(text))
        {
            var (sign, number) = (part.Groups["sign"].Value, part.Groups["number"].Value);
            span = span.And(One(part.Groups["newer"].Success ? ">=" : sign, number));
        }

        return span;
    }

    private static VersionSpan One(string sign, string number)
    {
        var from = Number(number);
        return sign switch
        {
            ">=" => new VersionSpan(from, null),
            ">" => new VersionSpan(After(number), null),
            "<" => new VersionSpan(default, from),
            "<=" => new VersionSpan(default, After(number)),
            "^" => new VersionSpan(from, from switch { (0, 0, var patch) => (0, 0, patch + 1), (0, var minor, _) => (0, minor + 1, 0), var (major, _, _) => (major + 1, 0, 0) }),
            "~" when Count(number) == 1 => new VersionSpan(from, (from.Major + 1, 0, 0)),
            "~" => new VersionSpan(from, (from.Major, from.Minor + 1, 0)),
            // Python's compatible release: the last part may grow.
            "~=" => new VersionSpan(from, Count(number) <= 2 ? (from.Major + 1, 0, 0) : (from.Major, from.Minor + 1, 0)),
            _ => new VersionSpan(from, After(number)),
        };
    }

    private static int Count(string number) => number.Split('.').TakeWhile(part => int.TryParse(part, CultureInfo.InvariantCulture, out _)).Take(3).Count();

    private static (int Major, int Minor, int Patch) Number(string number)
    {
        var parts = number.Split('.').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var value) ? value : 0).Concat([0, 0, 0]).ToList();
        return (parts[0], parts[1], parts[2]);
    }

    // The first version that does not begin with this one any more.
    private static (int Major, int Minor, int Patch) After(string number)
    {
        var (major, minor, patch) = Number(number);
        return Count(number) switch { <= 1 => (major + 1, 0, 0), 2 => (major, minor + 1, 0), _ => (major, minor, patch + 1) };
    }

    [GeneratedRegex(@"(?<sign>>=|<=|==|~=|>|<|\^|~|=)?\s*v?(?<number>[0-9]{1,9}(\.([0-9]{1,9}|x|\*))*)(?<newer>\s*(\+|or (newer|later|higher|above)|and (newer|later|up|above)))?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();

    [GeneratedRegex(@"^\s*v?(?<from>[0-9]{1,9}(\.[0-9]{1,9})*)\s+(-|to)\s+v?(?<to>[0-9]{1,9}(\.[0-9]{1,9})*)\s*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Between();

    [GeneratedRegex("or (newer|later|higher|above)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Newer();
}

/// <summary>All versions from one on and before another.</summary>
/// <param name="Before">The first that is not in it; null for no end.</param>
internal sealed record VersionSpan((int Major, int Minor, int Patch) From, (int Major, int Minor, int Patch)? Before)
{
    public static VersionSpan Any { get; } = new(default, null);

    public VersionSpan And(VersionSpan other) => new(
        From.CompareTo(other.From) >= 0 ? From : other.From,
        (Before, other.Before) switch
        {
            ({ } one, { } two) => one.CompareTo(two) <= 0 ? one : two,
            var (one, two) => one ?? two,
        });

    public bool Meets(VersionSpan other) => And(other) is var both && (both.Before is not { } before || both.From.CompareTo(before) < 0);
}
