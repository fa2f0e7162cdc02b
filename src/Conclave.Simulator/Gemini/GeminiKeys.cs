using System.Collections.Frozen;

namespace Conclave.Simulator.Gemini;

/// <summary>The keys of a request, as the vendor's REST reference lists them.</summary>
internal static class GeminiKeys
{
    public const string ConfigPrefix = "generationConfig.";
    public const string ThinkingPrefix = ConfigPrefix + "thinkingConfig.";

    public static readonly FrozenSet<string> Request = FrozenSet.Create(
        StringComparer.Ordinal,
        "contents", "systemInstruction", "generationConfig", "tools", "toolConfig", "safetySettings", "cachedContent", "serviceTier", "store", "model",
        "continuationToken");

    public static readonly FrozenSet<string> Config = FrozenSet.Create(
        StringComparer.Ordinal,
        "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "candidateCount", "seed", "responseMimeType", "responseSchema",
        "responseJsonSchema", "_responseJsonSchema", "responseFormat", "thinkingConfig", "presencePenalty", "frequencyPenalty", "responseLogprobs",
        "logprobs", "responseModalities", "speechConfig", "imageConfig", "mediaResolution", "enableEnhancedCivicAnswers", "audioTranscriptionConfig");

    public static readonly FrozenSet<string> Thinking = FrozenSet.Create(StringComparer.Ordinal, "thinkingLevel", "thinkingBudget", "includeThoughts");
}
