using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Gemini;

/// <summary>What all replies of the Gemini API have in common. It sends no rate-limit headers.</summary>
internal sealed class GeminiWire : VendorWire
{
    private static readonly (string Id, string Name)[] Known =
    [
        ("gemini-4-neon", "Gemini 4 Neon"),
        ("gemini-4-hydrogen", "Gemini 4 Hydrogen"),
        ("gemini-4-argon", "Gemini 4 Argon"),
        ("gemini-4-carbon", "Gemini 4 Carbon"),
        ("gemini-3.8-flash", "Gemini 3.8 Flash"),
        ("gemini-2.5-flash", "Gemini 2.5 Flash"),
    ];

    public static GeminiWire Instance { get; } = new();

    public override Vendor Vendor => Vendor.Gemini;

    public override WireError? Refusal(HttpRequest request)
    {
        var given = request.Headers.TryGetValue("x-goog-api-key", out var header) ? header : request.Query["key"];
        if (given.Count == 0)
        {
            return GeminiErrors.NoKey;
        }

        return string.IsNullOrWhiteSpace(given.ToString()) ? GeminiErrors.BadKey : null;
    }

    public override WireError Refusal(RequestProblem problem) => GeminiErrors.Of(problem);

    public override WireError? Failure(Fault fault, string model, DateTimeOffset now) => GeminiErrors.Of(fault, model);

    public override void SetHeaders(IHeaderDictionary headers, WireIds ids, DateTimeOffset now, int inputTokens)
    {
        headers["server-timing"] = "gfet4t7; dur=12";
        headers.Vary = "Origin, X-Origin, Referer";
    }

    public override JsonObject Models() => new()
    {
        ["models"] = new JsonArray([.. Known.Select(model => new JsonObject
        {
            ["name"] = "models/" + model.Id,
            ["version"] = "001",
            ["displayName"] = model.Name,
            ["inputTokenLimit"] = 1_048_576,
            ["outputTokenLimit"] = 65_536,
            ["supportedGenerationMethods"] = new JsonArray("generateContent", "countTokens"),
        })]),
    };
}
