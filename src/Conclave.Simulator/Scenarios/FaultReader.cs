using System.Collections.Immutable;
using System.Globalization;
using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>Reads the <c>fault</c> of a rule, for example <c>{ kind: rate_limit, retry_after: 2 }</c>.</summary>
internal static class FaultReader
{
    private const int MaxChars = 100_000_000;
    private const int MaxMegabytes = 1024;

    private static readonly Dictionary<string, Func<MappingReader, Fault?>> Kinds = new(StringComparer.Ordinal)
    {
        ["rate_limit"] = map => new Fault.RateLimit(RetryAfter(map), Form(map)),
        ["overloaded"] = map => new Fault.Overloaded(RetryAfter(map), Form(map)),
        ["server_error"] = map => new Fault.ServerError(map.Count("status", 500, 599) ?? 500, RetryAfter(map), Form(map)),
        ["bad_key"] = _ => new Fault.BadKey(),
        ["forbidden"] = _ => new Fault.Forbidden(),
        ["no_quota"] = _ => new Fault.NoQuota(),
        ["no_credit"] = _ => new Fault.NoCredit(),
        ["spend_limit"] = _ => new Fault.SpendLimit(),
        ["no_model"] = _ => new Fault.NoModel(),
        ["too_long"] = _ => new Fault.TooLong(),
        ["too_large"] = _ => new Fault.TooLarge(),
        ["refusal"] = map => new Fault.Refusal(map.Text("reason")?.Value),
        ["blocked"] = map => new Fault.Blocked(map.Text("reason")?.Value),
        ["empty"] = _ => new Fault.Empty(),
        ["cut_off"] = map => Required(map, "after_chars", 0, MaxChars) is { } chars ? new Fault.CutOff(chars) : null,
        ["reset"] = map => new Fault.Reset(At(map)),
        ["hang"] = map => new Fault.Hang(At(map)),
        ["pings"] = map => new Fault.Pings(At(map)),
        ["truncate"] = map => new Fault.Truncate(At(map), map.Named("framing", Framing.Whole, FaultWords.Framings)),
        ["error_event"] = ErrorEvent,
        ["slow"] = map => Required(map, "bytes_per_second", 1, MaxChars) is { } rate ? new Fault.Slow(rate) : null,
        ["odd"] = Odd,
        ["html"] = map => new Fault.Html(map.Count("status", 200, 599) ?? 200),
        ["redirect"] = map => new Fault.Redirect(
            map.Parse<int>("status", "301, 302, 303, 307 or 308", text => text is "301" or "302" or "303" or "307" or "308" ? int.Parse(text, CultureInfo.InvariantCulture) : null) ?? 307,
            map.Text("location")?.Value ?? "https://elsewhere.invalid/"),
        ["not_streamed"] = _ => new Fault.NotStreamed(),
        ["wrong_type"] = map => new Fault.WrongType(map.Text("content_type")?.Value ?? "text/plain; charset=utf-8"),
        ["gzip_bomb"] = map => new Fault.GzipBomb(Megabytes(map)),
        ["giant"] = map => new Fault.Giant(Megabytes(map)),
        ["giant_event"] = map => new Fault.GiantEvent(Megabytes(map)),
        ["early_hints"] = _ => new Fault.EarlyHints(),
    };

    /// <summary>Every kind, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names => Kinds.Keys;

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
        Fault.CutOff or Fault.Slow or Fault.Odd or Fault.NotStreamed or Fault.WrongType or Fault.Giant or Fault.GiantEvent or Fault.EarlyHints => true,
        Fault.ErrorEvent error => error.AfterChars > 0,
        _ => BreakOf(fault)?.NeedsReply ?? false,
    };

    /// <summary>Whether a reply of the rule is ever seen.</summary>
    public static bool TakesReply(Fault fault) => fault is Fault.Refusal or Fault.ErrorEvent || BreakOf(fault) is not null || NeedsReply(fault);

    /// <summary>Where a fault breaks its reply off; null when it does not.</summary>
    public static BreakPoint? BreakOf(Fault? fault) => fault switch
    {
        Fault.Reset reset => reset.At,
        Fault.Hang hang => hang.At,
        Fault.Pings pings => pings.At,
        Fault.Truncate truncate => truncate.At,
        _ => null,
    };

    private static BreakPoint At(MappingReader map)
    {
        var at = new BreakPoint(map.Count("after_chars", 0, MaxChars) ?? 0, map.Named("inside", BreakPlace.Between, FaultWords.Places));
        if (map.Text("inside") is { } inside && at is { AfterChars: 0, Inside: BreakPlace.Event or BreakPlace.Character })
        {
            map.Report("CONC450", inside.At, $"{map.What} breaks inside of something that is never begun: `after_chars` is 0", "write `after_chars` above 0");
        }
        else if (map.Text("after_chars") is { } chars && at is { AfterChars: > 0, Inside: BreakPlace.Headers })
        {
            map.Report("CONC450", chars.At, $"{map.What} breaks after the headers and after {at.AfterChars} characters", "keep one of the two");
        }

        return at;
    }

    private static Fault.ErrorEvent? ErrorEvent(MappingReader map)
    {
        map.Require("error");
        var form = map.Named("form", ErrorForm.Flat, FaultWords.Forms);
        var after = map.Count("after_chars", 0, MaxChars) ?? 0;
        return map.Named("error", null, FaultWords.EventErrors) is { } error ? new Fault.ErrorEvent(error, after, form) : null;
    }

    private static Fault.Odd Odd(MappingReader map)
    {
        map.Require("what");
        var what = ImmutableArray.CreateBuilder<Oddity>();
        foreach (var text in map.Texts("what"))
        {
            if (FaultWords.Oddities.TryGetValue(text.Value, out var oddity))
            {
                what.Add(oddity);
            }
            else
            {
                map.Report("CONC006", text.At, $"`what` of {map.What} can't be `{text.Value}`", NearMiss.Suggest(text.Value, FaultWords.Oddities.Keys));
            }
        }

        return new Fault.Odd(what.ToImmutable());
    }

    private static decimal? RetryAfter(MappingReader map) => map.Parse<decimal>("retry_after", "a number of seconds such as 2 or 0.5", Seconds);

    private static WaitForm Form(MappingReader map) => map.Named("form", WaitForm.Vendor, FaultWords.Waits);

    private static int Megabytes(MappingReader map) => map.Count("megabytes", 1, MaxMegabytes) ?? 100;

    private static int? Required(MappingReader map, string key, int min, int max)
    {
        map.Require(key);
        return map.Count(key, min, max);
    }

    // Negative and absurd waits are wanted: vendors and proxies have sent them.
    private static decimal? Seconds(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(seconds) <= 100_000_000m ? seconds : null;
}
