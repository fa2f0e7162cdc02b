using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Budget;

namespace Conclave.Agents.Compatible;

/// <summary>What a server counted so far; it may say so in several chunks, of which the last one counts. Mutable.</summary>
internal sealed class ChatUsage
{
    /// <summary>In our shape; null when nothing was counted.</summary>
    public Usage? Total { get; private set; }

    /// <summary>
    /// <c>{"prompt_tokens","completion_tokens","total_tokens","prompt_tokens_details":{"cached_tokens"},"completion_tokens_details":{"reasoning_tokens"}}</c>;
    /// any of it may be missing.
    /// </summary>
    public void Take(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object || (usage.At("prompt_tokens").ValueKind != JsonValueKind.Number && usage.At("completion_tokens").ValueKind != JsonValueKind.Number))
        {
            return;
        }

        var input = usage.Count("prompt_tokens");
        var cached = usage.HasObject("prompt_tokens_details") ? usage.Count("prompt_tokens_details", "cached_tokens") : usage.Count("prompt_cache_hit_tokens");
        // Some servers count the thinking in the total only.
        var output = Math.Max(usage.Count("completion_tokens"), usage.Count("total_tokens") - input);
        Total = new Usage(input, cached, 0, output, usage.Count("completion_tokens_details", "reasoning_tokens"));
    }
}
