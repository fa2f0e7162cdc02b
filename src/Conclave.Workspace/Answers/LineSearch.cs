namespace Conclave.Workspace.Answers;

/// <summary>Finds lines in a file, in time linear in both.</summary>
internal static class LineSearch
{
    /// <summary>Where the lines stand, from 0; at most <paramref name="limit"/> places.</summary>
    public static List<int> Find(IReadOnlyList<string> text, IReadOnlyList<string> wanted, Func<string, string> form, int limit)
    {
        var places = new List<int>();
        if (wanted.Count == 0 || wanted.Count > text.Count)
        {
            return places;
        }

        var pattern = wanted.Select(form).ToArray();
        var falls = new int[pattern.Length];
        for (int i = 1, matched = 0; i < pattern.Length; i++)
        {
            matched = Step(pattern, falls, matched, pattern[i]);
            falls[i] = matched;
        }

        for (int i = 0, matched = 0; i < text.Count && places.Count < limit; i++)
        {
            matched = Step(pattern, falls, matched, form(text[i]));
            if (matched == pattern.Length)
            {
                places.Add(i - pattern.Length + 1);
                matched = falls[matched - 1];
            }
        }

        return places;
    }

    /// <summary>Where most of the lines stand, from 0; null when none of them does.</summary>
    public static int? Nearest(IReadOnlyList<string> text, IReadOnlyList<string> wanted)
    {
        const int MaxSame = 20;
        var lines = text.Select((line, at) => (Line: line.Trim(), At: at)).Where(line => line.Line.Length > 0).ToLookup(line => line.Line, line => line.At, StringComparer.Ordinal);
        var votes = new Dictionary<int, int>();
        foreach (var (line, at) in wanted.Select((line, at) => (line.Trim(), at)).Where(line => line.Item1.Length > 0).Take(200))
        {
            foreach (var place in lines[line].Take(MaxSame))
            {
                votes[place - at] = votes.GetValueOrDefault(place - at) + 1;
            }
        }

        return votes.Count == 0 ? null : Math.Max(0, votes.OrderByDescending(vote => vote.Value).ThenBy(vote => vote.Key).First().Key);
    }

    private static int Step(string[] pattern, int[] falls, int matched, string line)
    {
        if (matched == pattern.Length)
        {
            matched = falls[matched - 1];
        }

        while (matched > 0 && !string.Equals(pattern[matched], line, StringComparison.Ordinal))
        {
            matched = falls[matched - 1];
        }

        return string.Equals(pattern[matched], line, StringComparison.Ordinal) ? matched + 1 : matched;
    }
}
