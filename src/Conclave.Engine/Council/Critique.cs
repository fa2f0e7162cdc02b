using System.Collections.Immutable;

namespace Conclave.Engine.Council;

/// <summary>The one round in which voters read what was said, without knowing by whom, and may change their vote.</summary>
internal static class Critique
{
    /// <summary>
    /// The ballots that count: a vote of the second round stands in for the first one when it says the same, or when it cites evidence in each order
    /// that the voter had not cited before; else the first one stands.
    /// </summary>
    public static ImmutableArray<Ballot> Standing(ImmutableArray<Ballot> ballots) =>
    [
        .. ballots.GroupBy(ballot => (ballot.Voter, ballot.Pair)).SelectMany(own =>
        {
            ImmutableArray<Ballot> first = [.. own.Where(ballot => ballot.Round == 1)];
            ImmutableArray<Ballot> second = [.. own.Where(ballot => ballot.Round > 1)];
            return MayReplace(first, second) ? second : first;
        }),
    ];

    /// <summary>Whether a voter changed its vote and had the evidence to.</summary>
    public static bool Changed(IEnumerable<Ballot> own) => own.ToImmutableArray() is var all
        && all.Where(ballot => ballot.Round > 1).ToImmutableArray() is { IsEmpty: false } second
        && all.Where(ballot => ballot.Round == 1).ToImmutableArray() is var first
        && Vote(first) != Vote(second)
        && MayReplace(first, second);

    private static bool MayReplace(ImmutableArray<Ballot> first, ImmutableArray<Ballot> second)
    {
        if (second.IsEmpty || second.Any(ballot => ballot.Absent is not null))
        {
            return false;
        }

        var known = first.SelectMany(ballot => ballot.Evidence).ToHashSet(StringComparer.Ordinal);
        return Vote(first) == Vote(second) || second.All(ballot => ballot.Evidence.Any(item => !known.Contains(item)));
    }

    private static string? Vote(ImmutableArray<Ballot> ballots) => ballots.Select(ballot => ballot.Choice).Distinct().ToList() is [var choice] ? choice : null;
}
