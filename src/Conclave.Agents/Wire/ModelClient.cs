using System.Runtime.CompilerServices;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>
/// What the clients of all vendors have in common: an attempt's flow. What differs is how a request is written and sent, and how an answer and an error
/// are read. Thread-safe.
/// </summary>
internal abstract class ModelClient : IModelClient, IDisposable
{
    private readonly ModelCatalog catalog;

    protected ModelClient(ProviderSettings settings, ModelCatalog catalog, TimeProvider clock, (string Header, string Value)? credential)
    {
        this.catalog = catalog;
        Settings = settings;
        Clock = clock;
        Http = ProviderHttp.Create(settings, new ExchangeHandler(settings, clock, credential, reply => ReadError(reply).Of(reply, clock.GetUtcNow())));
    }

    /// <summary>Called when the head of a reply came, of an answer or of an error, with the request as it was asked for. It must return at once.</summary>
    public Action<ModelRequest, ReplyHeaders> Replied { get; set; } = (_, _) => { };

    /// <summary>How the vendor is reached.</summary>
    public ProviderSettings Settings { get; }

    /// <summary>The time, for deadlines.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The connections to the vendor; everything goes through them.</summary>
    protected HttpClient Http { get; }

    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var attempt = new Attempt(this, request, cancel);
        while (true)
        {
            foreach (var happening in await attempt.Next())
            {
                yield return happening;
                if (happening is ModelEvent.Ended)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>Sends a request and returns as soon as the head of a good reply is there.</summary>
    /// <exception cref="AttemptEndedException">There is no good reply.</exception>
    public async Task<Reply> Send(ModelRequest request, CancellationToken cancel)
    {
        var model = catalog.Find(request.Provider, request.Model);
        var limit = Math.Min(request.MaxOutputTokens, model?.MaxOutputTokens ?? int.MaxValue);
        var slot = ExchangeHandler.Expect();
        try
        {
            var owner = await Post(request with { Effort = model?.Accepted(request.Effort), MaxOutputTokens = limit, Output = model is { OutputSchema: false } ? null : request.Output }, model, cancel);
            return await slot.Reply(owner, cancel) ?? throw new InvalidOperationException("The request was sent past our own connections.");
        }
        finally
        {
            if (slot.Headers is { } heard)
            {
                Replied(request, heard);
            }
        }
    }

    /// <summary>Begins to read an answer.</summary>
    public abstract IAnswer NewAnswer();

    /// <summary>Closes the connections.</summary>
    public void Dispose() => Http.Dispose();

    /// <summary>
    /// Writes the request in the vendor's words and posts it. Returns what has to be disposed when the reply was read; the reply itself is not read through
    /// it. All of the request is accepted by the model, as far as the catalog knows.
    /// </summary>
    /// <param name="known">What the catalog knows about the model; null for nothing.</param>
    protected abstract Task<IDisposable> Post(ModelRequest request, CatalogModel? known, CancellationToken cancel);

    /// <summary>Reads an error reply.</summary>
    protected abstract VendorError ReadError(ErrorReply reply);
}
