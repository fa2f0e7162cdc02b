using System.Globalization;
using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>Reads the <c>fault</c> of a rule, for example <c>{ kind: rate_limit, retry_after: 2 }</c>.</summary>
internal static class FaultReader
{
    private const int MaxChars = 100_000_000;

    private static readonly Dictionary<string, Func<MappingReader, Fault?>> Kinds = new(StringComparer.Ordinal)
    {
        ["rate_limit"] = map => new Fault.RateLimit(map.Parse<decimal>("retry_after", "a number of seconds such as 2 or 0.5", Seconds)),
        ["overloaded"] = _ => new Fault.Overloaded(),
        ["server_error"] = map => new Fault.ServerError(map.Count("status", 500, 599) ?? 500),
        ["bad_key"] = _ => new Fault.BadKey(),
        ["no_quota"] = _ => new Fault.NoQuota(),
        ["no_model"] = _ => new Fault.NoModel(),
        ["refusal"] = _ => new Fault.Refusal(),
        ["cut_off"] = map => Required(map, "after_chars", 0) is { } chars ? new Fault.CutOff(chars) : null,
        ["reset"] = map => new Fault.Reset(AfterChars(map) ?? 0),
        ["hang"] = map => new Fault.Hang(AfterChars(map) ?? 0),
        ["truncate"] = map => new Fault.Truncate(AfterChars(map) ?? 0),
        ["html"] = _ => new Fault.Html(),
        ["slow"] = map => Required(map, "bytes_per_second", 1) is { } rate ? new Fault.Slow(rate) : null,
    };

    /// <summary>The fault; null with a problem when it can't be read.</summary>
    public static Fault? Read(MappingReader map)
    {
        map.Require("kind");
        if (map.Text("kind") is not { } kind)
        {
            return null;
        }

        if (!Kinds.TryGetValue(kind.Value, out var read))
        {
            map.Report("CONC006", kind.At, $"`kind` of {map.What} can't be `{kind.Value}`", NearMiss.Suggest(kind.Value, Kinds.Keys));
            return null;
        }

        var fault = read(map);
        map.RefuseUnknown();
        return fault;
    }

    /// <summary>Whether the fault sends a part of a reply, or all of it.</summary>
    public static bool NeedsReply(Fault fault) => fault switch
    {
        Fault.CutOff or Fault.Slow => true,
        Fault.Reset reset => reset.AfterChars > 0,
        Fault.Hang hang => hang.AfterChars > 0,
        Fault.Truncate truncate => truncate.AfterChars > 0,
        _ => false,
    };

    /// <summary>Whether a reply of the rule is ever seen.</summary>
    public static bool TakesReply(Fault fault) => fault is Fault.Refusal or Fault.Reset or Fault.Hang or Fault.Truncate || NeedsReply(fault);

    private static int? AfterChars(MappingReader map) => map.Count("after_chars", 0, MaxChars);

    private static int? Required(MappingReader map, string key, int min)
    {
        map.Require(key);
        return map.Count(key, min, MaxChars);
    }

    // Negative and absurd waits are wanted: vendors and proxies have sent them.
    private static decimal? Seconds(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(seconds) <= 100_000_000m ? seconds : null;
}
