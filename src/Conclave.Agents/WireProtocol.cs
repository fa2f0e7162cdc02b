namespace Conclave.Agents;

/// <summary>The languages in which models are asked.</summary>
public enum WireProtocol
{
    /// <summary>OpenAI's Responses API: <c>POST responses</c>.</summary>
    Responses,

    /// <summary>OpenAI's older Chat Completions, which most other servers speak as well: <c>POST chat/completions</c>.</summary>
    Chat,

    /// <summary>Anthropic's Messages API: <c>POST v1/messages</c>.</summary>
    Messages,

    /// <summary>Gemini's native REST API: <c>POST models/NAME:generateContent</c>.</summary>
    Gemini,
}

/// <summary>The protocols by the names that settings use.</summary>
public static class WireProtocols
{
    /// <summary>All names, for people.</summary>
    public static string Names { get; } = string.Join(" | ", Enum.GetNames<WireProtocol>().Select(name => name.ToLowerInvariant()));

    /// <summary>The protocol of a name; null when there is none.</summary>
    public static WireProtocol? Find(string name) => Enum.GetValues<WireProtocol>().Cast<WireProtocol?>().FirstOrDefault(protocol => string.Equals(protocol.ToString(), name, StringComparison.OrdinalIgnoreCase));
}
