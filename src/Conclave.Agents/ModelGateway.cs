using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Conclave.Agents.Anthropic;
using Conclave.Agents.Compatible;
using Conclave.Agents.Gateway;
using Conclave.Agents.Gemini;
using Conclave.Agents.OpenAI;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents;

/// <summary>
/// The door to the vendors' models. Each call goes to its vendor's client once that vendor's line lets it in. It never retries. Thread-safe; made once per
/// process, so that all sessions share what the vendors allow.
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
            pair => Seated(pair.Value.Key, Client(pair.Key, pair.Value), new AdmissionLine(pair.Key, pair.Value, clock)));
    }

    /// <inheritdoc />
    public ModelProfile? Profile(string provider, string model) => catalog.Profile(provider, model, clock.GetUtcNow());

    /// <inheritdoc />
    public ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel) => seats.TryGetValue(request.Provider, out var seat)
        ? seat.Line.Admit(request, terms, cancel)
        : ValueTask.FromResult<Admission>(new Admission.Granted(new NoLease()));

    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!seats.TryGetValue(request.Provider, out var seat))
        {
            yield return new ModelEvent.Ended(new CallOutcome.Rejected(RejectionKind.BadKey, 0, absent.GetValueOrDefault(request.Provider) ?? $"there is no key for {request.Provider}"));
            yield break;
        }

        seat.Line.Sent(request);
        await foreach (var happening in AnswerRedaction.Without(seat.Key, seat.Client.Stream(request, cancel), cancel))
        {
            if (happening is ModelEvent.Ended ended)
            {
                seat.Line.Ended(request, ended.Outcome);
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
            seat.Line.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private ModelClient Client(string provider, ProviderSettings settings) => (settings.Protocol ?? ProviderNames.ProtocolOf(provider)) switch
    {
        WireProtocol.Responses => new OpenAiClient(settings, catalog, clock),
        WireProtocol.Messages => new ClaudeClient(settings, catalog, clock),
        WireProtocol.Gemini => new GeminiClient(settings, catalog, clock),
        WireProtocol.Chat => new CompatibleClient(settings, catalog, clock),
        _ => throw new InvalidOperationException($"There is no client for {provider}."),
    };

    private Seat Seated(Secret? key, ModelClient client, AdmissionLine line)
    {
        client.Replied = (request, headers) => line.Heard(request, LimitHint.Read(headers, clock.GetUtcNow()));
        return new Seat(key, client, line);
    }

    private sealed record Seat(Secret? Key, ModelClient Client, AdmissionLine Line);

    private sealed class NoLease : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
