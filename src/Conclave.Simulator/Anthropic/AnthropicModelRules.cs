using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Anthropic;

/// <summary>Parameters that some models refuse. Models of other names take everything.</summary>
internal static partial class AnthropicModelRules
{
    private const int MaxOutputTokens = 128_000;

    public static void Check(BodyReader body, string model)
    {
        if (ModelName().Match(model) is not { Success: true } match)
        {
            return;
        }

        var family = match.Groups["family"].Value;
        var version = decimal.Parse($"{match.Groups["major"]}.{(match.Groups["minor"].Success ? match.Groups["minor"] : "0")}", CultureInfo.InvariantCulture);
        if (family == "fable" || version >= 5m || (family == "opus" && version >= 4.7m))
        {
            CheckSampling(body);
        }

        var alwaysThinks = (family == "opus" && version >= 5.5m) || (family == "fable" && version >= 5.1m);
        if (alwaysThinks && Type(body, "thinking") == "disabled")
        {
            body.Refuse(new RequestProblem.Invalid("thinking.type", $"thinking can't be disabled for {model}"));
        }

        if ((alwaysThinks || (family == "sonnet" && version >= 5.5m)) && Type(body, "tool_choice") is "any" or "tool")
        {
            body.Refuse(new RequestProblem.Invalid("tool_choice", $"{model} does not support a forced tool_choice"));
        }

        if (family == "opus" && version >= 4.6m && LastRole(body) == "assistant")
        {
            body.Refuse(new RequestProblem.Invalid(null, "This model does not support assistant message prefill. The conversation must end with a user message."));
        }

        if (version >= 5.5m && body.Count(body.Root, "max_tokens") is { } limit and > MaxOutputTokens)
        {
            body.Refuse(new RequestProblem.Invalid("max_tokens", $"{limit} > {MaxOutputTokens}, which is the maximum allowed number of output tokens for {model}"));
        }
    }

    private static void CheckSampling(BodyReader body)
    {
        foreach (var parameter in (string[])["temperature", "top_p", "top_k"])
        {
            var isDefault = parameter != "top_k" && BodyReader.Value(body.Root, parameter) is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is 1.0;
            if (BodyReader.Value(body.Root, parameter) is not null && !isDefault)
            {
                body.Refuse(new RequestProblem.Invalid(parameter, "this model supports only the default value"));
            }
        }
    }

    private static string? Type(BodyReader body, string key) => body.Map(body.Root, key) is { } map ? body.Text(map, "type", key + ".") : null;

    private static string? LastRole(BodyReader body) => body.Maps(body.Root, "messages").Select(message => body.Text(message.Item, "role", message.Path)).LastOrDefault();

    // claude-opus-5-5, claude-sonnet-5-5-20261006
    [GeneratedRegex("^claude-(?<family>opus|sonnet|haiku|fable)-(?<major>[0-9])(?:-(?<minor>[0-9])(?:-|$))?", RegexOptions.NonBacktracking)]
    private static partial Regex ModelName();
}
