namespace Conclave.Agents;

/// <summary>Where the vendors are reached when the machine's settings say nothing else.</summary>
public static class DefaultEndpoints
{
    /// <summary>OpenAI's, with its version.</summary>
    public static Uri OpenAi { get; } = new("https://api.openai.com/v1");

    /// <summary>Anthropic's, without a version: its SDK adds it.</summary>
    public static Uri Anthropic { get; } = new("https://api.anthropic.com");

    /// <summary>Gemini's, with its version.</summary>
    public static Uri Gemini { get; } = new("https://generativelanguage.googleapis.com/v1beta");

    /// <summary>The one of a provider (<c>openai</c>, <c>anthropic</c>, <c>gemini</c>); null for any other name.</summary>
    public static Uri? Of(string provider) => provider switch
    {
        ProviderNames.OpenAi => OpenAi,
        ProviderNames.Anthropic => Anthropic,
        ProviderNames.Gemini => Gemini,
        _ => null,
    };
}
