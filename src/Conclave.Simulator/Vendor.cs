using System.Text.Json.Serialization;

namespace Conclave.Simulator;

/// <summary>Whose way of speaking the simulator imitates.</summary>
public enum Vendor
{
    /// <summary>Responses and Chat Completions.</summary>
    [JsonStringEnumMemberName("openai")]
    OpenAI,

    /// <summary>Messages.</summary>
    [JsonStringEnumMemberName("anthropic")]
    Anthropic,

    /// <summary>generateContent.</summary>
    [JsonStringEnumMemberName("gemini")]
    Gemini,
}

/// <summary>Vendors as workflows, scenarios and ledgers name them.</summary>
internal static class VendorName
{
    /// <summary>Every name.</summary>
    public static IEnumerable<string> All => Enum.GetValues<Vendor>().Select(Of);

    public static string Of(Vendor vendor) => vendor switch
    {
        Vendor.OpenAI => "openai",
        Vendor.Anthropic => "anthropic",
        Vendor.Gemini => "gemini",
        _ => throw new ArgumentOutOfRangeException(nameof(vendor), vendor, "There is no such vendor."),
    };

    /// <summary>The vendor of that name; null when there is none.</summary>
    public static Vendor? Parse(string name)
    {
        foreach (var vendor in Enum.GetValues<Vendor>())
        {
            if (Of(vendor) == name)
            {
                return vendor;
            }
        }

        return null;
    }
}
