using System.Text.Json;
using Conclave.Agents.Anthropic;
using Conclave.Agents.Gemini;
using Conclave.Agents.OpenAI;
using Conclave.Agents.Wire;

namespace Conclave.Agents.Compatible;

/// <summary>Reads the errors of compatible servers: most write them as OpenAI does, and the other vendors' endpoints often as they do themselves.</summary>
internal static class CompatibleError
{
    /// <param name="mayRepeat">Whether the vendor names a time after which a repetition helps.</param>
    public static VendorError Read(JsonElement json, bool mayRepeat = false) => json switch
    {
        _ when json.Text("error", "status") is not null => GeminiError.Read(json),
        _ when json.Text("type") == "error" => AnthropicError.Read(json, mayRepeat),
        _ => OpenAiError.Read(json),
    };
}
