using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>One network request to a model, in our words. It holds no key and no address: those are the machine's.</summary>
/// <param name="System">The agent's instructions; null for none.</param>
/// <param name="Messages">The conversation, which begins and ends with the user's turn.</param>
/// <param name="MaxOutputTokens">The most that may come back, reasoning included.</param>
/// <param name="Effort">How hard to think (<c>low</c>, <c>medium</c>, <c>high</c>, ...); null for the model's own way.</param>
/// <param name="Output">The JSON that is asked for; null for text.</param>
public sealed record ModelRequest(
    string Provider,
    string Model,
    string? System,
    ImmutableArray<ModelMessage> Messages,
    int MaxOutputTokens,
    string? Effort,
    OutputSchema? Output)
{
    /// <summary>The canonical form, which is stored and hashed.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EngineJson.Options);

    /// <summary>SHA-256 of the canonical form, in hexadecimal.</summary>
    public static string Hash(string json) => Convert.ToHexStringLower(SHA256.HashData(global::System.Text.Encoding.UTF8.GetBytes(json)));
}

/// <summary>One turn of a conversation.</summary>
public sealed record ModelMessage(ModelRole Role, string Text);

/// <summary>Whose turn it is.</summary>
public enum ModelRole
{
    /// <summary>We ask.</summary>
    User,

    /// <summary>The model answered.</summary>
    Assistant,
}
