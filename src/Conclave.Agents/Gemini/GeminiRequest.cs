using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Agents.Gemini;

/// <summary>The part of <c>GenerateContentRequest</c> that we send. There are no sampling parameters: current models ignore them.</summary>
internal sealed record GeminiRequest(ImmutableArray<GeminiContent> Contents, GeminiContent? SystemInstruction, GeminiConfig GenerationConfig)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static GeminiRequest From(ModelRequest request) => new(
        [.. request.Messages.Select(message => GeminiContent.Of(message.Role == ModelRole.Assistant ? "model" : "user", message.Text))],
        string.IsNullOrWhiteSpace(request.System) ? null : GeminiContent.Of(null, request.System),
        new GeminiConfig(
            request.MaxOutputTokens,
            request.Output is null ? null : "application/json",
            request.Output is { } output ? Schema(output) : null,
            request.Effort is { } effort ? new GeminiThinking(effort) : null));

    /// <summary>As it is sent.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    private static JsonElement Schema(OutputSchema output) => JsonElement.Parse(output.Json);
}

/// <summary>A turn, or the instructions, which have no role.</summary>
internal sealed record GeminiContent(string? Role, ImmutableArray<GeminiPart> Parts)
{
    public static GeminiContent Of(string? role, string text) => new(role, [new GeminiPart(text)]);
}

/// <summary>A piece of text.</summary>
internal sealed record GeminiPart(string Text);

/// <summary>The limits and the form of the answer.</summary>
internal sealed record GeminiConfig(int MaxOutputTokens, string? ResponseMimeType, JsonElement? ResponseJsonSchema, GeminiThinking? ThinkingConfig);

/// <summary>How hard to think: <c>low</c>, <c>medium</c> or <c>high</c>.</summary>
internal sealed record GeminiThinking(string ThinkingLevel);
