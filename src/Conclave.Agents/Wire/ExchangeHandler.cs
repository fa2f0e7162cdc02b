using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>
/// The lowest layer of every vendor's client, below its SDK. It hands a good reply to the attempt that waits for it, past the SDK, and turns everything
/// else into an outcome, in the same way for all vendors.
/// </summary>
/// <param name="credential">The header that carries the key; null where none is needed. It is set here and nowhere else: no SDK holds the key.</param>
/// <param name="readError">The vendor's way of reading an error reply.</param>
internal sealed class ExchangeHandler(ProviderSettings settings, TimeProvider clock, (string Header, string Value)? credential, Func<ErrorReply, CallOutcome> readError)
    : DelegatingHandler
{
    private static readonly AsyncLocal<Slot?> Waiting = new();

    /// <summary>Says that the caller waits for the reply to the next request that it has an SDK send, in the same flow of control.</summary>
    public static Slot Expect() => Waiting.Value = new Slot();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var slot = Waiting.Value ?? throw new InvalidOperationException("Nobody waits for this reply.");
        slot.Claim();
        RequireConfiguredHost(request.RequestUri);
        SetHeaders(request.Headers);
        // One call on a connection: what breaks one puts no other in doubt.
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        var content = new WatchedContent(request.Content!);
        request.Content = content;
        var response = await Send(request, content, cancellationToken);
        slot.Headers = new ReplyHeaders(response);
        if (response.IsSuccessStatusCode)
        {
            // The SDKs differ in which of these they take; whether it is an answer shows in its body.
            response.StatusCode = HttpStatusCode.OK;
            slot.Take(response);
            return response;
        }

        using (response)
        {
            throw new AttemptEndedException(readError(await ErrorReply.Read(response, settings, clock, cancellationToken)));
        }
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, WatchedContent content, CancellationToken cancel)
    {
        using var firstByte = new CancellationTokenSource(FirstByteTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, firstByte.Token);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            // A socket's own exception comes through when a connection breaks in the moment in which it came about.
            throw new AttemptEndedException(Lost(content, error.GetBaseException().Message));
        }
        catch (OperationCanceledException error)
        {
            // For the user's own wish to stop, the attempt looks itself.
            var why = firstByte.IsCancellationRequested ? $"nothing came within {FirstByteTimeout}"
                : cancel.IsCancellationRequested ? "nothing came before the call was stopped"
                : error.GetBaseException().Message;
            throw new AttemptEndedException(Lost(content, why));
        }
    }

    // A reply in one piece begins when the answer is ready.
    private TimeSpan FirstByteTimeout => settings.Streams ? settings.FirstByteTimeout : settings.TotalTimeout;

    private CallOutcome Lost(WatchedContent content, string why) => content.IsSent
        ? new CallOutcome.InDoubt($"{settings.BaseUrl.Host} took the request and gave no reply: {why}", null)
        : new CallOutcome.NotSent($"{settings.BaseUrl.Host} can't be reached: {why}");

    // SDKs add headers, and keys, from the environment; past here go only those that belong to the request.
    private void SetHeaders(HttpRequestHeaders headers)
    {
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(name => !BelongsToRequest(name)).ToList())
        {
            headers.Remove(name);
        }

        if (credential is var (header, value))
        {
            headers.Add(header, value);
        }
    }

    private static bool BelongsToRequest(string name) =>
        name.ToLowerInvariant() is "accept" or "user-agent" or "anthropic-version" || name.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase);

    // An SDK that took another address from somewhere must not get the key there.
    private void RequireConfiguredHost(Uri? url)
    {
        var same = url is not null && Uri.Compare(url, settings.BaseUrl, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        if (!same)
        {
            throw new InvalidOperationException($"A request to {url?.Host} must not carry the key of {settings.BaseUrl.Host}.");
        }
    }

    /// <summary>Where a reply is put. Mutable.</summary>
    internal sealed class Slot
    {
        private bool isClaimed;
        private HttpContent? body;

        /// <summary>The head of the reply, of an error too; null until it came.</summary>
        public ReplyHeaders? Headers { get; internal set; }

        /// <summary>The reply; null when none came this way.</summary>
        /// <param name="owner">What has to be disposed when it was read.</param>
        public async Task<Reply?> Reply(IDisposable owner, CancellationToken cancel) =>
            body is null || Headers is null ? null : new Reply(await body.ReadAsStreamAsync(cancel), Headers, owner);

        // One attempt is one request, whatever an SDK thinks of it: each is paid for.
        internal void Claim() => isClaimed = !isClaimed ? true : throw new InvalidOperationException("An SDK sent a request again by itself.");

        // An SDK may take the message apart.
        internal void Take(HttpResponseMessage response) => body = response.Content;
    }
}
