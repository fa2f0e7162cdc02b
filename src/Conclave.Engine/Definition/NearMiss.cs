namespace Conclave.Engine.Definition;

/// <summary>Finds what the user probably meant.</summary>
public static class NearMiss
{
    /// <summary>A fix such as <c>did you mean `plan-backend`?</c>, or the list of what is allowed when nothing is near.</summary>
    public static string Suggest(string written, IEnumerable<string> known)
    {
        var candidates = known.Order(StringComparer.Ordinal).ToList();
        var best = candidates
            .Select(candidate => (candidate, distance: Distance(written, candidate)))
            .Where(pair => pair.distance <= Tolerance(Math.Min(written.Length, pair.candidate.Length)))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
        return (best, candidates.Count) switch
        {
            (not null, _) => $"did you mean `{best}`?",
            (null, 0) => "there is none",
            _ => $"known: {string.Join(", ", candidates)}",
        };
    }

    // One or two letters are near to everything.
    private static int Tolerance(int length) => length < 3 ? 0 : Math.Max(1, length / 3);

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two words, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];

        static bool Same(char x, char y) => char.ToLowerInvariant(x) == char.ToLowerInvariant(y);
    }
}
