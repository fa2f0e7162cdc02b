using System.Globalization;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.OpenAI;

/// <summary>What Responses and Chat Completions have in common.</summary>
internal sealed class OpenAIWire : VendorWire
{
    private const int RequestLimit = 10_000;
    private const int TokenLimit = 2_000_000;

    private static readonly (string Id, long Created)[] Known =
    [
        ("gpt-6.2-sol", 1794873600),
        ("gpt-6.1-terra", 1792972800),
        ("gpt-6-luna", 1790035200),
    ];

    public static OpenAIWire Instance { get; } = new();

    public override Vendor Vendor => Vendor.OpenAI;

    public override WireError? Refusal(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.AsSpan(Scheme.Length).Trim().Length > 0
            ? null
            : OpenAIErrors.NoKey;
    }

    public override WireError Refusal(RequestProblem problem) => OpenAIErrors.Of(problem);

    public override WireError? Failure(Fault fault, string model, DateTimeOffset now, int inputTokens) => OpenAIErrors.Of(fault, model, now, inputTokens);

    public override void SetHeaders(IHeaderDictionary headers, WireIds ids, DateTimeOffset now, int inputTokens)
    {
        headers["x-request-id"] = ids.Hex("req_", 32);
        headers["openai-organization"] = "org-simulator";
        headers["openai-version"] = "2020-10-01";
        headers["openai-processing-ms"] = "12";
        headers["x-ratelimit-limit-requests"] = Number(RequestLimit);
        headers["x-ratelimit-remaining-requests"] = Number(RequestLimit - 1);
        headers["x-ratelimit-reset-requests"] = "6ms";
        headers["x-ratelimit-limit-tokens"] = Number(TokenLimit);
        headers["x-ratelimit-remaining-tokens"] = Number(Math.Max(0, TokenLimit - inputTokens));
        headers["x-ratelimit-reset-tokens"] = GoDuration.Format(TimeSpan.FromMinutes(Math.Min(1d, inputTokens / (double)TokenLimit)));
    }

    public override JsonObject Models(IQueryCollection query) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. Known.Select(model => Card(model.Id, model.Created))]),
    };

    public override JsonObject? Model(string id) => Known.Where(model => model.Id == id).Select(model => Card(model.Id, model.Created)).FirstOrDefault();

    public override JsonObject Counted(int tokens) => new() { ["object"] = "response.input_tokens", ["input_tokens"] = tokens };

    private static JsonObject Card(string id, long created) => new() { ["id"] = id, ["object"] = "model", ["created"] = created, ["owned_by"] = "system" };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
