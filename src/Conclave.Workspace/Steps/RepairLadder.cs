using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;

namespace Conclave.Workspace.Steps;

/// <summary>Who is asked to mend the project, one after the other, until its tests pass.</summary>
internal sealed record RepairLadder(ImmutableArray<RepairRung> Rungs)
{
    /// <summary>What all repairs together may cost before no other is begun; null for no limit but the session's.</summary>
    public decimal? BudgetUsd { get; init; }

    private static readonly RepairLadder Usual = new([RepairRung.Same, RepairRung.Same, RepairRung.Fresh, RepairRung.OtherVendor]);

    /// <summary>Reads <c>with: { repair: [...], repair_usd: 0.50 }</c>.</summary>
    /// <exception cref="StepFailedException">It is no list of rungs, or no amount.</exception>
    public static RepairLadder Read(JsonNode? given, JsonNode? budget = null) => (given switch
    {
        null => Usual,
        JsonArray list => new([.. list.Select(Rung)]),
        _ => throw Wrong(given),
    }) with
    { BudgetUsd = Amount(budget) };

    /// <summary>Whether repairs that cost so much have used up what all may cost. What one costs is known when it is done, so the last one may go beyond.</summary>
    public bool IsSpent(decimal usd) => BudgetUsd is { } most && usd >= most;

    /// <summary>How often at most a project is repaired, from what the workflow says before its expressions are filled in.</summary>
    public static int MaxRungs(JsonNode? given) => given is JsonArray list ? list.Count : Usual.Rungs.Length;

    /// <summary>
    /// The rung after what was tried; null when the ladder ends. A kind of rung that was tried on this very failure before is not tried on it again,
    /// so that failures which come back, at once or in turn, move on to another kind and then end.
    /// </summary>
    /// <param name="tried">The rungs that were tried, each with the fingerprint of the failure before it.</param>
    /// <param name="fingerprint">The failure as it is now.</param>
    public int? Next(IReadOnlyList<(int Rung, string Fingerprint)> tried, string fingerprint)
    {
        var useless = tried.Where(repair => repair.Fingerprint == fingerprint).Select(repair => Rungs[repair.Rung]).ToHashSet();
        var next = tried is [.., var (last, _)] ? last + 1 : 0;
        while (next < Rungs.Length && useless.Contains(Rungs[next]))
        {
            next++;
        }

        return next < Rungs.Length ? next : null;
    }

    private static RepairRung Rung(JsonNode? name) => name?.ToString() switch
    {
        "same" => RepairRung.Same,
        "fresh" => RepairRung.Fresh,
        "other-vendor" => RepairRung.OtherVendor,
        _ => throw Wrong(name),
    };

    private static decimal? Amount(JsonNode? given) => given is null ? null
        : decimal.TryParse(given.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd > 0 ? usd
        : throw new StepFailedException("CONC042", $"`repair_usd` can't be `{given.ToJsonString()}`; write an amount of USD such as 0.50");

    private static StepFailedException Wrong(JsonNode? given) =>
        new("CONC042", $"`repair` can't be `{given?.ToJsonString()}` ({NearMiss.Suggest(given?.ToString() ?? "", ["same", "fresh", "other-vendor"])})");
}

/// <summary>A way to repair.</summary>
internal enum RepairRung
{
    /// <summary>The author, with the contract and what was tried before.</summary>
    Same,

    /// <summary>The author, with nothing but the failure and the files.</summary>
    Fresh,

    /// <summary>An agent of another vendor.</summary>
    OtherVendor,
}
