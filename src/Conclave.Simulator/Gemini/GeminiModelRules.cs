using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Gemini;

/// <summary>Parameters that some models refuse. Models of other names take everything.</summary>
internal static partial class GeminiModelRules
{
    private const int MaxStreamed = 65_536;
    private const int MaxWhole = 32_768;

    public static void Check(BodyReader body, string model, bool streamed, JsonElement config)
    {
        var version = ModelName().Match(model) is { Success: true } match ? decimal.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture) : 0m;
        var thinking = body.Map(config, "thinkingConfig", GeminiKeys.ConfigPrefix);
        if (version >= 3.8m && thinking is { } asked && body.Text(asked, "thinkingLevel", GeminiKeys.ThinkingPrefix) is { } level
            && string.Equals(level, "minimal", StringComparison.OrdinalIgnoreCase))
        {
            body.Refuse(Invalid("thinkingConfig.thinkingLevel", "Thinking level MINIMAL is not supported for this model."));
        }

        if (version < 4m)
        {
            return;
        }

        if (thinking is { } budgeted && BodyReader.Value(budgeted, "thinkingBudget") is not null)
        {
            body.Refuse(Invalid("thinkingConfig.thinkingBudget", "Thinking budget is not supported for this model. Use thinkingLevel."));
        }

        foreach (var penalty in (string[])["presencePenalty", "frequencyPenalty"])
        {
            if (BodyReader.Value(config, penalty) is not null)
            {
                body.Refuse(Invalid(penalty, "Penalty is not enabled for this model."));
            }
        }

        if (body.Count(config, "candidateCount", GeminiKeys.ConfigPrefix) > 1)
        {
            body.Refuse(Invalid("candidateCount", "Multiple candidates is not enabled for this model."));
        }

        var max = streamed ? MaxStreamed : MaxWhole;
        if (body.Count(config, "maxOutputTokens", GeminiKeys.ConfigPrefix) > max)
        {
            body.Refuse(Invalid("maxOutputTokens", $"The value must be at most {max} for this model and method."));
        }
    }

    private static RequestProblem.Invalid Invalid(string key, string message) => new(GeminiKeys.ConfigPrefix + key, message);

    // gemini-3.8-flash
    [GeneratedRegex("^gemini-(?<version>[0-9]{1,3}(?:[.][0-9]{1,3})?)-", RegexOptions.NonBacktracking)]
    private static partial Regex ModelName();
}
