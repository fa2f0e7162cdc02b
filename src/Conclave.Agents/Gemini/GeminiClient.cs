using System.Net.Http.Headers;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gemini;

/// <summary>Gemini over its native REST API: a thin typed client, see <c>docs/decisions/gemini-thin-client.md</c>.</summary>
/// <remarks>The key goes into a header and not, as is also allowed, into the address, where every log on the way would show it.</remarks>
internal sealed class GeminiClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock)
    : ModelClient(settings, catalog, clock, ("x-goog-api-key", settings.Key.Reveal()))
{
    public override IAnswer NewAnswer() => new GeminiAnswer();

    protected override async Task<IDisposable> Post(ModelRequest request, CancellationToken cancel)
    {
        var url = new Uri($"{Settings.BaseUrl.AbsoluteUri.TrimEnd('/')}/models/{Uri.EscapeDataString(request.Model)}:streamGenerateContent?alt=sse");
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(GeminiRequest.From(request).ToJson()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    protected override VendorError ReadError(ErrorReply reply) => GeminiError.Read(reply.Json);
}
