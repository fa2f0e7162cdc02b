using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Conclave.Agents.Anthropic;
using Conclave.Agents.Gateway;
using Conclave.Agents.Gemini;
using Conclave.Agents.OpenAI;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents;

/// <summary>
/// The door to the vendors' models. Each call goes to its vendor's client; calls to a vendor are limited in number, and all of them wait when the
/// vendor asks one to. It never retries. Thread-safe; made once per process.
/// </summary>
public sealed class ModelGateway : IModelGateway, IAsyncDisposable
{
    private readonly ImmutableDictionary<string, Seat> seats;
    private readonly ImmutableDictionary<string, string> absent;
    private readonly ModelCatalog catalog;
    private readonly TimeProvider clock;

    /// <summary>Opens the door; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The settings have <see cref="GatewaySettings.Problems"/>, which the caller should have shown.</exception>
    public ModelGateway(GatewaySettings settings, ModelCatalog catalog, TimeProvider clock)
    {
        if (settings.Problems() is { IsEmpty: false } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(settings));
        }

        absent = settings.Absent;
        this.catalog = catalog;
        this.clock = clock;
        seats = settings.Providers.ToImmutableDictionary(
            pair => pair.Key,
            pair => new Seat(pair.Value.Key, Client(pair.Key, pair.Value), new ProviderGate(pair.Value.MaxConcurrentCalls, clock)));
    }

    /// <inheritdoc />
    public ModelProfile? Profile(string provider, string model) => catalog.Profile(provider, model, clock.GetUtcNow());

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable> Admit(ModelRequest request, CancellationToken cancel) => seats.TryGetValue(request.Provider, out var seat)
        ? seat.Gate.Admit(cancel)
        : ValueTask.FromResult<IAsyncDisposable>(new NoLease());

    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!seats.TryGetValue(request.Provider, out var seat))
        {
            yield return new ModelEvent.Ended(new CallOutcome.Rejected(RejectionKind.BadKey, 0, absent.GetValueOrDefault(request.Provider) ?? $"there is no key for {request.Provider}"));
            yield break;
        }

        await foreach (var happening in AnswerRedaction.Without(seat.Key, seat.Client.Stream(request, cancel), cancel))
        {
            if (happening is ModelEvent.Ended ended)
            {
                seat.Gate.Learn(ended.Outcome);
            }

            yield return happening;
        }
    }

    /// <summary>Gives up all connections. Calls should be over by then: one that still waits for its reply ends in doubt.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var seat in seats.Values)
        {
            seat.Client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private ModelClient Client(string provider, ProviderSettings settings) => provider switch
    {
        ProviderNames.OpenAi => new OpenAiClient(settings, catalog, clock),
        ProviderNames.Anthropic => new ClaudeClient(settings, catalog, clock),
        ProviderNames.Gemini => new GeminiClient(settings, catalog, clock),
        _ => throw new InvalidOperationException($"There is no client for {provider}."),
    };

    private sealed record Seat(Secret Key, ModelClient Client, ProviderGate Gate);

    private sealed class NoLease : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
