using System.ClientModel;
using System.ClientModel.Primitives;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using OpenAI;
using OpenAI.Chat;

namespace Conclave.Agents.Compatible;

/// <summary>
/// Servers that speak Chat Completions: Ollama, vLLM, llama.cpp, and the compatible endpoints of the vendors. OpenAI's SDK writes and sends the request; the
/// answer is read by <see cref="ChatAnswer"/>, see <c>docs/decisions/reading-answers-ourselves.md</c>.
/// </summary>
internal sealed class CompatibleClient : ModelClient
{
    private readonly OpenAIClientOptions options;
    private readonly string limitName;

    public CompatibleClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock)
        : base(settings, catalog, clock, settings.Bearer())
    {
        options = new OpenAIClientOptions
        {
            Endpoint = settings.BaseUrl,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            Transport = new HttpClientPipelineTransport(Http),
            // The attempt has its own deadlines; this one would also cut long pauses in a stream.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        limitName = LimitName(settings.BaseUrl.Host);
    }

    public override IAnswer NewAnswer() => new ChatAnswer();

    protected override async Task<IDisposable> Post(ModelRequest request, CatalogModel? known, CancellationToken cancel)
    {
        var chat = new ChatClient(request.Model, new ApiKeyCredential("the key is set below the SDK"), options);
        var json = ChatRequest.From(request, Settings.Streams, limitName);
        var result = await chat.CompleteChatAsync(
            BinaryContent.Create(BinaryData.FromBytes(RequestJson.ToBytes(json))), new RequestOptions { BufferResponse = false, CancellationToken = cancel });
        return result.GetRawResponse();
    }

    protected override VendorError ReadError(ErrorReply reply) => CompatibleError.Read(reply.Json, mayRepeat: reply.Headers.Find("retry-after") is not null);

    // OpenAI's own models refuse the old name, and others know no other.
    private static string LimitName(string host) =>
        host.EndsWith("openai.com", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase) ? "max_completion_tokens" : "max_tokens";
}
