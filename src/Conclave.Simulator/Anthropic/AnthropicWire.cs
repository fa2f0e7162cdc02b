using System.Globalization;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Anthropic;

/// <summary>What all replies of the Messages API have in common.</summary>
internal sealed class AnthropicWire : VendorWire
{
    /// <summary>The header that every request must have; it also tells this vendor's <c>/v1/models</c> from the other one's.</summary>
    public const string VersionHeader = "anthropic-version";

    private static readonly (string Name, int Limit, bool CountsInput)[] Limits =
    [
        ("requests", 4_000, false),
        ("tokens", 2_400_000, true),
        ("input-tokens", 2_000_000, true),
        ("output-tokens", 400_000, false),
    ];

    private static readonly (string Id, string Name, string Line, string Created)[] Known =
    [
        ("claude-fable-5-1", "Claude Fable 5.1", "fable", "2026-11-10T00:00:00Z"),
        ("claude-opus-5-5", "Claude Opus 5.5", "opus", "2026-10-20T00:00:00Z"),
        ("claude-sonnet-5-5", "Claude Sonnet 5.5", "sonnet", "2026-10-06T00:00:00Z"),
        ("claude-haiku-5-5", "Claude Haiku 5.5", "haiku", "2026-09-15T00:00:00Z"),
    ];

    public static AnthropicWire Instance { get; } = new();

    public override Vendor Vendor => Vendor.Anthropic;

    public override WireError? Refusal(HttpRequest request)
    {
        var key = request.Headers["x-api-key"].ToString();
        var bearer = request.Headers.Authorization.ToString();
        // The API documents a header of its own for keys; the vendor's SDK sends them as bearer tokens.
        if (string.IsNullOrWhiteSpace(key) && !bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return AnthropicErrors.NoKey;
        }

        return string.IsNullOrWhiteSpace(request.Headers[VersionHeader].ToString()) ? AnthropicErrors.NoVersion : null;
    }

    public override WireError Refusal(RequestProblem problem) => AnthropicErrors.Of(problem);

    public override WireError? Failure(Fault fault, string model, DateTimeOffset now, int inputTokens) => AnthropicErrors.Of(fault, model, now, inputTokens);

    public override void Sign(JsonObject errorBody, WireIds ids) => errorBody["request_id"] = RequestId(ids);

    public override void SetHeaders(IHeaderDictionary headers, WireIds ids, DateTimeOffset now, int inputTokens)
    {
        headers["request-id"] = RequestId(ids);
        headers["anthropic-organization-id"] = "00000000-0000-4000-8000-000000000000";
        foreach (var (name, limit, countsInput) in Limits)
        {
            var used = countsInput ? inputTokens : 1;
            headers[$"anthropic-ratelimit-{name}-limit"] = Number(limit);
            headers[$"anthropic-ratelimit-{name}-remaining"] = Number(Math.Max(0, limit - used));
            headers[$"anthropic-ratelimit-{name}-reset"] = Rfc3339(now);
        }
    }

    /// <summary>A page of the list: <c>limit</c> and <c>after_id</c>, as the vendor names them.</summary>
    public override JsonObject Models(IQueryCollection query)
    {
        var after = Array.FindIndex(Known, model => model.Id == query["after_id"]) + 1;
        var size = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : Known.Length;
        var page = Known.Skip(after).Take(size).ToArray();
        return new JsonObject
        {
            ["data"] = new JsonArray([.. page.Select(Card)]),
            ["has_more"] = after + page.Length < Known.Length,
            ["first_id"] = page.Length > 0 ? page[0].Id : null,
            ["last_id"] = page.Length > 0 ? page[^1].Id : null,
        };
    }

    public override JsonObject? Model(string id) => Known.Where(model => model.Id == id).Select(Card).FirstOrDefault();

    public override JsonObject Counted(int tokens) => new() { ["input_tokens"] = tokens };

    private static JsonObject Card((string Id, string Name, string Line, string Created) model) => new()
    {
        ["type"] = "model",
        ["id"] = model.Id,
        ["display_name"] = model.Name,
        ["created_at"] = model.Created,
        ["line"] = model.Line,
        ["lifecycle"] = "active",
        ["deprecated_at"] = null,
        ["retires_at"] = null,
        ["max_input_tokens"] = 1_000_000,
        ["max_tokens"] = 128_000,
        ["capabilities"] = null,
    };

    public static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string RequestId(WireIds ids) => ids.Letters("req_01", 22);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
