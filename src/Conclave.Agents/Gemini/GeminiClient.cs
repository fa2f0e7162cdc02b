using System.Net.Http.Headers;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gemini;

/// <summary>Gemini over its native REST API: a thin typed client, see <c>docs/decisions/gemini-thin-client.md</c>.</summary>
/// <remarks>The key goes into a header and not, as is also allowed, into the address, where every log on the way would show it.</remarks>
internal sealed class GeminiClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock)
    : ModelClient(settings, catalog, clock, settings.Key is { } key ? ("x-goog-api-key", key.Reveal()) : null)
{
    public override IAnswer NewAnswer() => new GeminiAnswer();

    protected override async Task<IDisposable> Post(ModelRequest request, CatalogModel? known, CancellationToken cancel)
    {
        var method = Settings.Streams ? "streamGenerateContent?alt=sse" : "generateContent";
        var url = new Uri($"{Settings.BaseUrl.AbsoluteUri.TrimEnd('/')}/models/{Uri.EscapeDataString(request.Model)}:{method}");
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(RequestJson.ToBytes(GeminiRequest.From(request))) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Settings.Streams ? "text/event-stream" : "application/json"));
        return await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    protected override VendorError ReadError(ErrorReply reply) => GeminiError.Read(reply.Json);
}
