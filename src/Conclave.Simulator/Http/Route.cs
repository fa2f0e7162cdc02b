using System.Text.RegularExpressions;
using Conclave.Simulator.Anthropic;
using Conclave.Simulator.Gemini;
using Conclave.Simulator.OpenAI;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Http;

/// <summary>What a request is for: a closed set.</summary>
/// <param name="Vendor">Who answers it.</param>
internal abstract partial record Route(VendorWire Vendor)
{
    /// <summary>The scope of requests whose path names none.</summary>
    public const string DefaultScope = "default";

    private const string GeminiModels = "/v1beta/models";

    /// <summary>Nothing that there is.</summary>
    public sealed record Nothing(VendorWire Vendor) : Route(Vendor);

    /// <summary>The list of models.</summary>
    public sealed record Models(VendorWire Vendor) : Route(Vendor);

    /// <summary>One model.</summary>
    public sealed record Model(VendorWire Vendor, string Id) : Route(Vendor);

    /// <summary>An answer.</summary>
    public sealed record Ask(Dialect Dialect, string Scope) : Route(Dialect.Vendor);

    /// <summary>The tokens of a question that is not asked.</summary>
    public sealed record Count(Dialect Dialect) : Route(Dialect.Vendor);

    /// <summary>Whether a text may name a scope.</summary>
    public static bool IsScope(string name) => ScopeName().IsMatch(name);

    public static Route Find(HttpRequest request)
    {
        var (scope, path) = Split(request.Path.Value ?? "");
        return (request.Method, path) switch
        {
            ("POST", "/v1/responses") => new Ask(ResponsesDialect.Instance, scope),
            ("POST", "/v1/chat/completions") => new Ask(ChatDialect.Instance, scope),
            ("POST", "/v1/messages") => new Ask(MessagesDialect.Instance, scope),
            ("POST", "/v1/responses/input_tokens") => new Count(ResponsesDialect.Instance),
            ("POST", "/v1/messages/count_tokens") => new Count(MessagesDialect.Counting),
            ("GET", _) when Below("/v1/models/", path) is { } model => new Model(IsAnthropic(request) ? AnthropicWire.Instance : OpenAIWire.Instance, model),
            ("GET", _) when Below(GeminiModels + "/", path) is { } model => new Model(GeminiWire.Instance, model),
            ("GET", "/v1/models") => new Models(IsAnthropic(request) ? AnthropicWire.Instance : OpenAIWire.Instance),
            ("GET", GeminiModels) => new Models(GeminiWire.Instance),
            ("POST", _) when Generate(path, request.Query, scope) is { } generate => generate,
            (_, "/v1/messages" or "/v1/messages/count_tokens") => new Nothing(AnthropicWire.Instance),
            _ when path.StartsWith("/v1beta", StringComparison.Ordinal) => new Nothing(GeminiWire.Instance),
            _ => new Nothing(IsAnthropic(request) ? AnthropicWire.Instance : OpenAIWire.Instance),
        };
    }

    private static (string Scope, string Path) Split(string path) =>
        Scoped().Match(path) is { Success: true } match ? (match.Groups["scope"].Value, match.Groups["rest"].Value) : (DefaultScope, path);

    private static string? Below(string folder, string path) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length ? path[folder.Length..] : null;

    private static Route? Generate(string path, IQueryCollection query, string scope)
    {
        var colon = path.LastIndexOf(':');
        if (!path.StartsWith(GeminiModels + "/", StringComparison.Ordinal) || colon <= GeminiModels.Length + 1)
        {
            return null;
        }

        var model = path[(GeminiModels.Length + 1)..colon];
        return path[(colon + 1)..] switch
        {
            "generateContent" => new Ask(new GenerateContentDialect(model, streamed: false, asEvents: false), scope),
            "countTokens" => new Count(new CountTokensDialect(model)),
            "streamGenerateContent" => new Ask(new GenerateContentDialect(model, streamed: true, query["alt"] == "sse"), scope),
            _ => null,
        };
    }

    private static bool IsAnthropic(HttpRequest request) => request.Headers.ContainsKey(AnthropicWire.VersionHeader);

    // /scopes/nightly-1/v1/messages
    [GeneratedRegex("^/scopes/(?<scope>[a-z0-9-]{1,64})(?<rest>/.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Scoped();

    [GeneratedRegex(@"^[a-z0-9-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ScopeName();
}
