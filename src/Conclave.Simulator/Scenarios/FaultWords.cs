using System.Text;

namespace Conclave.Simulator.Scenarios;

/// <summary>The words of faults in scenarios and what they mean.</summary>
internal static class FaultWords
{
    public static readonly Dictionary<string, WaitForm> Waits = new(StringComparer.Ordinal)
    {
        ["vendor"] = WaitForm.Vendor,
        ["seconds"] = WaitForm.Seconds,
        ["milliseconds"] = WaitForm.Milliseconds,
        ["date"] = WaitForm.Date,
    };

    public static readonly Dictionary<string, Framing> Framings = new(StringComparer.Ordinal)
    {
        ["whole"] = Framing.Whole,
        ["chunked"] = Framing.Chunked,
        ["close"] = Framing.Close,
        ["length"] = Framing.Length,
    };

    public static readonly Dictionary<string, BreakPlace> Places = new(StringComparer.Ordinal)
    {
        ["headers"] = BreakPlace.Headers,
        ["event"] = BreakPlace.Event,
        ["character"] = BreakPlace.Character,
    };

    public static readonly Dictionary<string, ErrorForm> Forms = new(StringComparer.Ordinal)
    {
        ["flat"] = ErrorForm.Flat,
        ["nested"] = ErrorForm.Nested,
        ["failed"] = ErrorForm.Failed,
    };

    /// <summary>The errors that a vendor reports after a good start.</summary>
    public static readonly Dictionary<string, Fault?> EventErrors = new(StringComparer.Ordinal)
    {
        ["overloaded"] = new Fault.Overloaded(),
        ["server_error"] = new Fault.ServerError(500),
        ["rate_limit"] = new Fault.RateLimit(null, WaitForm.Vendor),
        ["no_quota"] = new Fault.NoQuota(),
    };

    public static readonly Dictionary<string, Oddity> Oddities = Enum.GetValues<Oddity>().ToDictionary(value => SnakeCase(value.ToString()), StringComparer.Ordinal);

    // UnknownEvents is unknown_events, CrLf is cr_lf.
    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            text.Append(char.IsUpper(letter) && text.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
