using System.ClientModel;
using System.ClientModel.Primitives;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using OpenAI.Responses;

namespace Conclave.Agents.OpenAI;

/// <summary>
/// OpenAI over its Responses API. The vendor's SDK writes and sends the request; the answer is read by <see cref="ResponsesAnswer"/>, see
/// <c>docs/decisions/reading-answers-ourselves.md</c>.
/// </summary>
internal sealed class OpenAiClient : ModelClient
{
    private readonly ResponsesClient sdk;

    public OpenAiClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock)
        : base(settings, catalog, clock, settings.Bearer())
    {
        var options = new ResponsesClientOptions
        {
            Endpoint = settings.BaseUrl,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            Transport = new HttpClientPipelineTransport(Http),
            // The attempt has its own deadlines; this one would also cut long pauses in a stream.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        sdk = new ResponsesClient(new ApiKeyCredential("the key is set below the SDK"), options);
    }

    public override IAnswer NewAnswer() => new ResponsesAnswer();

    protected override async Task<IDisposable> Post(ModelRequest request, CatalogModel? known, CancellationToken cancel)
    {
        var options = new RequestOptions { BufferResponse = false, CancellationToken = cancel };
        var json = ResponsesRequest.From(request, Settings.Streams, reasons: known is { Efforts.IsEmpty: false });
        var result = await sdk.CreateResponseAsync(BinaryContent.Create(BinaryData.FromBytes(RequestJson.ToBytes(json))), options);
        return result.GetRawResponse();
    }

    protected override VendorError ReadError(ErrorReply reply) => OpenAiError.Read(reply.Json);
}
