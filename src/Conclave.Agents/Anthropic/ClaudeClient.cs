using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Anthropic;

/// <summary>
/// Anthropic over its Messages API. The vendor's SDK writes and sends the request; the answer is read by <see cref="MessagesAnswer"/>, see
/// <c>docs/decisions/reading-answers-ourselves.md</c>.
/// </summary>
internal sealed class ClaudeClient : ModelClient
{
    private static readonly Dictionary<string, JsonElement> NoFields = [];

    // A turn that goes back may hold JSON as deep as any that is read.
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 128 };

    private readonly AnthropicClient sdk;

    public ClaudeClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock)
        : base(settings, catalog, clock, settings.Key is { } key ? Credential(key.Reveal()) : null) => sdk = new AnthropicClient(new ClientOptions
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

    protected override async Task<IDisposable> Post(ModelRequest request, CatalogModel? known, CancellationToken cancel)
    {
        var json = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(RequestJson.ToBytes(MessagesRequest.From(request, known is not null)), Deep)!;
        var message = MessageCreateParams.FromRawUnchecked(NoFields, NoFields, json);
        var messages = sdk.WithRawResponse.Messages;
        return Settings.Streams ? await messages.CreateStreaming(message, cancel) : await messages.Create(message, cancel);
    }

    protected override VendorError ReadError(ErrorReply reply) => AnthropicError.Read(reply.Json, mayRepeat: reply.Headers.Find("retry-after") is not null);
}
