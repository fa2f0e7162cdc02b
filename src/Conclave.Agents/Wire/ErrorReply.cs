using System.Text;
using System.Text.Json;

namespace Conclave.Agents.Wire;

/// <summary>A reply that is no answer: its status, its headers, and as much of its body as helps.</summary>
/// <param name="RequestBytes">The length of the request that it replies to; null when it is not known.</param>
internal sealed record ErrorReply(int Status, ReplyHeaders Headers, string Body, long? RequestBytes)
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>The body as JSON; an object, whatever came. Gemini wraps its errors in a list when it was not asked for a stream of events.</summary>
    public JsonElement Json { get; } = JsonText.TryParse(Body) switch
    {
        { ValueKind: JsonValueKind.Object } whole => whole,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 => list[0],
        _ => default,
    };

    /// <summary>What can be said about a body that is not the vendor's JSON.</summary>
    public string Gist => Body.AsSpan().TrimStart() switch
    {
        [] => "no explanation came with it",
        ['<', ..] => "a web page came with it: is base_url right, or is there a proxy in between?",
        var text => text.ToString(),
    };

    /// <summary>Reads a reply. A body that breaks off says less, but the status stands.</summary>
    public static async Task<ErrorReply> Read(HttpResponseMessage response, ProviderSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var bytes = new byte[MaxBodyBytes];
        var length = 0;
        try
        {
            using var body = new BodyStream(await response.Content.ReadAsStreamAsync(cancel), settings.IdleTimeout, clock, cancel);
            while (length < bytes.Length && await body.ReadAsync(bytes.AsMemory(length), cancel) is > 0 and var count)
            {
                length += count;
            }
        }
        catch (AttemptEndedException)
        {
        }

        return new ErrorReply((int)response.StatusCode, new ReplyHeaders(response), Encoding.UTF8.GetString(bytes, 0, length).Trim(), response.RequestMessage?.Content?.Headers.ContentLength);
    }
}
