using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>
/// Reads a reply's body as JSON objects, and <see cref="Done"/>: the events of a stream, or the one document (or list of them) of a server that does not stream. What came is
/// seen from its first byte; what it claims to be is not to be trusted.
/// </summary>
internal static class WireEvents
{
    /// <summary>The event <c>[DONE]</c>, which is no JSON.</summary>
    public static readonly JsonElement Done = JsonElement.Parse("\"[DONE]\"");

    private const string EventStream = "text/event-stream";

    /// <summary>The objects in the order in which they come.</summary>
    /// <exception cref="AttemptEndedException">It is neither, or it broke off.</exception>
    public static async IAsyncEnumerable<JsonElement> Read(BodyStream body, string? mediaType)
    {
        switch (await body.Peek())
        {
            case '{' or '[':
                foreach (var item in Documents(await ReadAll(body)))
                {
                    yield return item;
                }

                break;
            case '<':
                throw new AttemptEndedException(NoAnswer("a web page"));
            default:
                await foreach (var item in Events(body, mediaType))
                {
                    yield return item;
                }

                break;
        }
    }

    /// <summary>What it means when somebody else than the vendor replied.</summary>
    public static CallOutcome.Rejected NoAnswer(string what) =>
        new(RejectionKind.BadRequest, 200, $"the reply is {what} and no answer: is base_url right, or is there a proxy in between?");

    private static async IAsyncEnumerable<JsonElement> Events(BodyStream body, string? mediaType)
    {
        body.IsEvents = true;
        var any = false;
        await foreach (var item in SseParser.Create(body).EnumerateAsync())
        {
            body.NextEvent();
            any = true;
            // It ends the streams of one protocol; servers that speak several send it in others too, where it means nothing.
            if (item.Data == "[DONE]")
            {
                yield return Done;
            }
            else if (item.Data.Length > 0 && Parse(item.Data) is { ValueKind: JsonValueKind.Object } happening)
            {
                yield return happening;
            }
        }

        if (!any && body.HasContent && mediaType is not (null or EventStream))
        {
            throw new AttemptEndedException(NoAnswer(mediaType));
        }
    }

    private static IEnumerable<JsonElement> Documents(string text)
    {
        var root = Parse(text);
        return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [root];
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            return JsonText.Parse(text);
        }
        catch (JsonException error)
        {
            throw new AttemptEndedException(new CallOutcome.InDoubt($"the reply broke off or is damaged: {error.Message}", null));
        }
    }

    private static async Task<string> ReadAll(BodyStream body)
    {
        using var reader = new StreamReader(body, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
