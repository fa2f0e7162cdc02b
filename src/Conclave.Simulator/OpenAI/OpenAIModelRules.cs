using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary>Parameters that some models refuse. Models of other names take everything.</summary>
internal static partial class OpenAIModelRules
{
    private static readonly string[] Sampling = ["temperature", "top_p", "top_logprobs", "logprobs"];

    /// <param name="effort">The effort that the request asks for; null for the model's own.</param>
    /// <param name="effortPath">Where the request says it.</param>
    public static void Check(BodyReader body, string model, string? effort, string effortPath)
    {
        if (model.StartsWith("gpt-6.2", StringComparison.Ordinal) && effort is "none" or "minimal")
        {
            body.Refuse(new RequestProblem.Invalid(effortPath, $"Unsupported value: '{effortPath}' does not support '{effort}' with this model."));
        }

        if (Version(model) >= 6m && effort != "none")
        {
            foreach (var parameter in Sampling.Where(parameter => BodyReader.Value(body.Root, parameter) is not null))
            {
                body.Refuse(new RequestProblem.Invalid(parameter, $"Unsupported parameter: '{parameter}' is not supported with this model."));
            }
        }
    }

    /// <summary>What Chat Completions refuse besides.</summary>
    public static void CheckChat(BodyReader body, string model, string? effort)
    {
        if (!Reasons(model))
        {
            return;
        }

        if (BodyReader.Value(body.Root, "max_tokens") is not null)
        {
            body.Refuse(new RequestProblem.Invalid("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."));
        }

        if (BodyReader.Value(body.Root, "stop") is not null)
        {
            body.Refuse(new RequestProblem.Invalid("stop", "Unsupported parameter: 'stop' is not supported with this model."));
        }

        if (Version(model) >= 5.4m && effort != "none" && BodyReader.Value(body.Root, "tools") is { ValueKind: JsonValueKind.Array } tools && tools.GetArrayLength() > 0)
        {
            body.Refuse(new RequestProblem.Invalid("tools", "Function tools with reasoning are not supported with this model in Chat Completions. Use the Responses API instead."));
        }
    }

    private static bool Reasons(string model) => Version(model) >= 5m || OSeries().IsMatch(model);

    private static decimal Version(string model) =>
        Gpt().Match(model) is { Success: true } match ? decimal.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture) : 0m;

    // gpt-6.2-sol
    [GeneratedRegex("^gpt-(?<version>[0-9]{1,3}(?:[.][0-9]{1,3})?)(?:-|$)", RegexOptions.NonBacktracking)]
    private static partial Regex Gpt();

    // o3-mini
    [GeneratedRegex("^o[0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex OSeries();
}
