using System.Text;
using System.Text.Json;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Wire;

/// <summary>One network attempt: sends, then reads piece by piece, until there is an outcome. Mutable; used by one reader.</summary>
internal sealed class Attempt : IAsyncDisposable
{
    private readonly ModelClient client;
    private readonly ModelRequest request;
    private readonly CancellationToken cancel;
    private readonly CancellationTokenSource deadline;
    private readonly CancellationTokenSource either;
    private readonly IAnswer answer;
    private Reply? reply;
    private BodyStream? body;
    private IAsyncEnumerator<JsonElement>? pieces;
    private long textBytes;

    public Attempt(ModelClient client, ModelRequest request, CancellationToken cancel)
    {
        this.client = client;
        this.request = request;
        this.cancel = cancel;
        answer = client.NewAnswer();
        deadline = new CancellationTokenSource(client.Settings.TotalTimeout, client.Clock);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
    }

    /// <summary>What happened next; the last event of all is <see cref="ModelEvent.Ended"/>.</summary>
    /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
    public async Task<IReadOnlyList<ModelEvent>> Next()
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            pieces ??= await Open();
            if (!await pieces.MoveNextAsync())
            {
                return [End(answer.AtEnd() ?? Unfinished())];
            }

            return [.. answer.Take(pieces.Current).Select(Passing)];
        }
        catch (AttemptEndedException ended)
        {
            cancel.ThrowIfCancellationRequested();
            // What breaks after the answer was complete takes nothing from it.
            return [End(answer.AtEnd() ?? ended.Outcome)];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [End(answer.AtEnd() ?? new CallOutcome.InDoubt($"the answer took longer than {client.Settings.TotalTimeout}", null))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (pieces is not null)
        {
            await pieces.DisposeAsync();
        }

        body?.Dispose();
        reply?.Dispose();
        either.Dispose();
        deadline.Dispose();
    }

    private async Task<IAsyncEnumerator<JsonElement>> Open()
    {
        reply = await client.Send(request, either.Token);
        body = new BodyStream(reply.Body, client.Settings.IdleTimeout, client.Clock, either.Token);
        return WireEvents.Read(body, reply.Headers.MediaType).GetAsyncEnumerator();
    }

    private CallOutcome Unfinished() => body is { IsEvents: false, HasContent: true } && !answer.HasBegun
        ? WireEvents.NoAnswer("a JSON document")
        : new CallOutcome.InDoubt("the reply stopped before the answer was complete", null);

    private ModelEvent Passing(ModelEvent happening)
    {
        switch (happening)
        {
            case ModelEvent.Ended ended:
                return End(ended.Outcome);
            case ModelEvent.Delta delta:
                textBytes += Encoding.UTF8.GetByteCount(delta.Text);
                return textBytes <= BodyStream.MaxAnswerBytes ? delta : End(new CallOutcome.InDoubt($"the answer is longer than {BodyStream.MaxAnswerBytes / (1024 * 1024)} MB", null));
            default:
                return happening;
        }
    }

    private ModelEvent.Ended End(CallOutcome outcome)
    {
        var known = outcome is CallOutcome.InDoubt { Partial: null } doubt && answer.Text is { Length: > 0 } partial
            ? doubt with { Partial = StoredText.From(partial) }
            : outcome;
        var told = known switch
        {
            CallOutcome.Answered { Calls: null } nothing when string.IsNullOrWhiteSpace(nothing.Answer.Text) => new CallOutcome.Empty(nothing.Usage, nothing.ResponseModel) { RequestId = nothing.RequestId, StopReason = nothing.StopReason },
            _ => known,
        };
        var named = told with { RequestId = told.RequestId ?? reply?.Headers.RequestId ?? answer.Id };
        return new ModelEvent.Ended(Redaction.Of(named, client.Settings.Key));
    }
}
