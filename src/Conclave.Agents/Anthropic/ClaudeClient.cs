using Anthropic;
using Anthropic.Core;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Anthropic;

/// <summary>
/// Anthropic over its Messages API. The vendor's SDK writes and sends the request; the answer is read by <see cref="MessagesAnswer"/>, see
/// <c>docs/decisions/reading-answers-ourselves.md</c>.
/// </summary>
internal sealed class ClaudeClient : ModelClient
{
    private readonly AnthropicClient sdk;

    public ClaudeClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock)
        : base(settings, catalog, clock, Credential(settings.Key.Reveal())) => sdk = new AnthropicClient(new ClientOptions
        {
            // What of these is not set here, the SDK takes from the environment.
            BaseUrl = settings.BaseUrl.AbsoluteUri.TrimEnd('/'),
            ApiKey = null,
            AuthToken = null,
            OpenTelemetry = false,
            HttpClient = Http,
            MaxRetries = 0,
            Timeout = settings.TotalTimeout,
        });

    // The API documents a header of its own for keys, and bearer tokens for OAuth logins. The SDK, left alone, would send both kinds as bearer tokens.
    // https://docs.anthropic.com/en/api/overview
    private static (string Header, string Value) Credential(string key) =>
        key.StartsWith("sk-ant-oat", StringComparison.Ordinal) ? ("Authorization", $"Bearer {key}") : ("x-api-key", key);

    public override IAnswer NewAnswer() => new MessagesAnswer();

    protected override async Task<IDisposable> Post(ModelRequest request, CancellationToken cancel) =>
        await sdk.WithRawResponse.Messages.CreateStreaming(MessagesRequest.From(request), cancel);

    protected override VendorError ReadError(ErrorReply reply) => AnthropicError.Read(reply.Json, mayRepeat: reply.Headers.Find("retry-after") is not null);
}
