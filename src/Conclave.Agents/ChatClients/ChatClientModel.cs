using System.Runtime.CompilerServices;
using System.Text;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Microsoft.Extensions.AI;

namespace Conclave.Agents.ChatClients;

/// <summary>
/// Any <see cref="IChatClient"/> as a model of ours. It keeps the promises of <see cref="IModelClient"/> as far as the client lets it: one attempt needs a client
/// whose own retries are off, and what the client throws is read for the status that it bears. Thread-safe when the client is; it does not own it.
/// </summary>
/// <param name="catalog">What is known about models: an effort that a model is not known to accept is not asked for.</param>
/// <param name="totalTimeout">How long one attempt may take.</param>
public sealed class ChatClientModel(IChatClient client, ModelCatalog catalog, TimeSpan totalTimeout, TimeProvider clock) : IModelClient
{
    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(totalTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        var known = catalog.Find(request.Provider, request.Model);
        var limit = Math.Min(request.MaxOutputTokens, known?.MaxOutputTokens ?? int.MaxValue);
        var (messages, options) = ChatClientRequest.From(request with { Effort = known?.Accepted(request.Effort), MaxOutputTokens = limit });
        var answer = new ChatClientAnswer();
        await using var updates = client.GetStreamingResponseAsync(messages, options, either.Token).GetAsyncEnumerator(either.Token);
        var textBytes = 0L;
        while (true)
        {
            var (update, end) = await Next(updates, answer, cancel);
            if (end is not null)
            {
                yield return new ModelEvent.Ended(end);
                yield break;
            }

            foreach (var happening in answer.Take(update!))
            {
                textBytes += happening is ModelEvent.Delta delta ? Encoding.UTF8.GetByteCount(delta.Text) : 0;
                if (textBytes > BodyStream.MaxAnswerBytes)
                {
                    yield return new ModelEvent.Ended(answer.Lost($"the answer is longer than {BodyStream.MaxAnswerBytes / (1024 * 1024)} MB"));
                    yield break;
                }

                yield return happening;
            }
        }
    }

    private async Task<(ChatResponseUpdate? Update, CallOutcome? End)> Next(IAsyncEnumerator<ChatResponseUpdate> updates, ChatClientAnswer answer, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            return await updates.MoveNextAsync() ? (updates.Current, null) : (null, answer.AtEnd());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, answer.Lost($"the answer took longer than {totalTimeout}"));
        }
        // Each client throws what it likes, and a failed call must not end a session.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return (null, answer.HasBegun ? answer.Lost(error.Message) : ChatClientFailure.Read(error, clock.GetUtcNow()));
        }
    }
}
