using System.Runtime.InteropServices;
using System.Text.Json;
using Conclave.Simulator.Wire;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Http;

/// <summary>The JSON object of a request, or what keeps it from being read. The object lives until this is disposed.</summary>
internal sealed class JsonBody : IDisposable
{
    private readonly JsonDocument? document;

    private JsonBody(JsonDocument? document, RequestProblem? problem)
    {
        this.document = document;
        Problem = problem;
    }

    public RequestProblem? Problem { get; }

    /// <summary>The object, when there is no problem.</summary>
    public JsonElement Root => document!.RootElement;

    public static async Task<JsonBody> Read(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            var parsed = await JsonDocument.ParseAsync(request.Body, default, cancel);
            return new JsonBody(parsed, Check(parsed.RootElement));
        }
        catch (JsonException error)
        {
            return new JsonBody(null, new RequestProblem.NotJson(error.Message));
        }
        catch (BadHttpRequestException error)
        {
            return new JsonBody(null, error.StatusCode == StatusCodes.Status413PayloadTooLarge ? new RequestProblem.TooLarge() : new RequestProblem.NotJson(error.Message));
        }
    }

    public void Dispose() => document?.Dispose();

    private static RequestProblem.NotJson? Check(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return new RequestProblem.NotJson("The body must be a JSON object.");
        }

        try
        {
            // Half a surrogate pair, as in "\ud800", passes the parser and would throw only where the text is read.
            if (JsonMarshal.GetRawUtf8Value(root).IndexOf("\\u"u8) >= 0)
            {
                using var nowhere = new Utf8JsonWriter(Stream.Null);
                root.WriteTo(nowhere);
            }

            return null;
        }
        catch (InvalidOperationException error)
        {
            return new RequestProblem.NotJson(error.Message);
        }
    }
}
