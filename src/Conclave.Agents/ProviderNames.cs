using System.Collections.Immutable;

namespace Conclave.Agents;

/// <summary>The vendors that can be asked without further settings, by the names that workflows and settings use.</summary>
public static class ProviderNames
{
    /// <summary>OpenAI, over its Responses API.</summary>
    public const string OpenAi = "openai";

    /// <summary>Anthropic, over its Messages API.</summary>
    public const string Anthropic = "anthropic";

    /// <summary>Google's Gemini, over its native REST API.</summary>
    public const string Gemini = "gemini";

    /// <summary>What a vendor's own API speaks; null for a name that is none of them.</summary>
    public static WireProtocol? ProtocolOf(string provider) => provider switch
    {
        OpenAi => WireProtocol.Responses,
        Anthropic => WireProtocol.Messages,
        Gemini => WireProtocol.Gemini,
        _ => null,
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [OpenAi, Anthropic, Gemini];
}
