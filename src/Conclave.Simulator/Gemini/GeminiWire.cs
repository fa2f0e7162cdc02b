using System.Globalization;
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

    public override string Newline => "\r\n";

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

    public override WireError? Failure(Fault fault, string model, DateTimeOffset now, int inputTokens) => GeminiErrors.Of(fault, model, now, inputTokens);

    public override void SetHeaders(IHeaderDictionary headers, WireIds ids, DateTimeOffset now, int inputTokens)
    {
        headers["server-timing"] = "gfet4t7; dur=12";
        headers.Vary = "Origin, X-Origin, Referer";
    }

    /// <summary>A page of the list: <c>pageSize</c> and <c>pageToken</c>, as the vendor names them.</summary>
    public override JsonObject Models(IQueryCollection query)
    {
        var start = int.TryParse(query["pageToken"], CultureInfo.InvariantCulture, out var token) ? Math.Clamp(token, 0, Known.Length) : 0;
        var size = int.TryParse(query["pageSize"], CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : Known.Length;
        var page = new JsonObject { ["models"] = new JsonArray([.. Known.Skip(start).Take(size).Select(Card)]) };
        if (start + (long)size < Known.Length)
        {
            page["nextPageToken"] = (start + size).ToString(CultureInfo.InvariantCulture);
        }

        return page;
    }

    public override JsonObject? Model(string id) => Known.Where(model => model.Id == id).Select(Card).FirstOrDefault();

    public override JsonObject Counted(int tokens) => new()
    {
        ["totalTokens"] = tokens,
        ["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = tokens }),
    };

    private static JsonObject Card((string Id, string Name) model) => new()
    {
        ["name"] = "models/" + model.Id,
        ["version"] = "001",
        ["displayName"] = model.Name,
        ["inputTokenLimit"] = 1_048_576,
        ["outputTokenLimit"] = 65_536,
        ["supportedGenerationMethods"] = new JsonArray("generateContent", "countTokens"),
    };
}
