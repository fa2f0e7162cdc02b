using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>One network request to a model, in our words. It holds no key and no address: those are the machine's.</summary>
/// <param name="System">The agent's instructions; null for none.</param>
/// <param name="Messages">The conversation. It begins with the user's turn and ends with one, or with the turn of a model that paused in the middle of it.</param>
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
    /// <summary>The tools that the model may ask for; null for none.</summary>
    public ImmutableArray<ToolDefinition>? Tools { get; init; }

    /// <summary>
    /// How much of the first turn's text, in characters, other questions of the session begin with as well: the vendor may keep it and charge less for it
    /// the next time. 0 for nothing. It does not change what is asked, so it is no part of the canonical form.
    /// </summary>
    [JsonIgnore]
    public int SharedLength { get; init; }

    /// <summary>The canonical form, which is stored and hashed.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EngineJson.Options);

    /// <summary>SHA-256 of the canonical form, in hexadecimal.</summary>
    public static string Hash(string json) => Convert.ToHexStringLower(SHA256.HashData(global::System.Text.Encoding.UTF8.GetBytes(json)));
}

/// <summary>One turn of a conversation.</summary>
public sealed record ModelMessage(ModelRole Role, string Text)
{
    /// <summary>A model's turn as its vendor wants it back, <see cref="CallOutcome.Turn"/>; null when the text is all of it.</summary>
    public string? Turn { get; init; }

    /// <summary>What came of the tools that the turn before asked for; null for none. Only in a turn of ours.</summary>
    public ImmutableArray<ToolResult>? Results { get; init; }
}

/// <summary>Whose turn it is.</summary>
public enum ModelRole
{
    /// <summary>We ask.</summary>
    User,

    /// <summary>The model answered.</summary>
    Assistant,
}
