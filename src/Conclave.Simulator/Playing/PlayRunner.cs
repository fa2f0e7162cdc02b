using System.Text;
using Conclave.Simulator.Http;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <summary>Plays one call over its connection. For one use.</summary>
/// <param name="complete">Notes in the ledger how the call ended: outcome, tokens of input, tokens of output.</param>
internal sealed class PlayRunner(ReplyChannel channel, Dialect dialect, TimeProvider clock, Action<string, int, int> complete)
{
    private readonly long started = clock.GetTimestamp();
    private int charsSent;
    private bool isComplete;

    /// <summary>
    /// Sends the reply. The ledger knows the end before the client does: before the last part is sent, or the connection reset.
    /// </summary>
    /// <param name="cancel">The client has gone away; the ledger then says <c>aborted</c>.</param>
    /// <exception cref="OperationCanceledException">The client went away before the end.</exception>
    public async Task Run(Play play, CancellationToken cancel)
    {
        try
        {
            await (play switch
            {
                Play.Error error => Send(error, cancel),
                Play.Page page => Send(page, cancel),
                Play.Answer { Reply.Question.Streamed: true } answer => Stream(answer, cancel),
                Play.Answer answer => Whole(answer, cancel),
                _ => throw new InvalidOperationException($"No way to play {play.GetType().Name}."),
            });
        }
        catch (OperationCanceledException)
        {
            var reply = (play as Play.Answer)?.Reply;
            Complete("aborted", reply?.InputTokens ?? 0, charsSent > 0 ? reply!.ThinkingTokens + TokenCount.Of(charsSent) : 0);
            throw;
        }
    }

    private async Task Send(Play.Error error, CancellationToken cancel)
    {
        await Until(error.Latency, cancel);
        Complete(error.Outcome, 0, 0);
        await channel.Send(error.Wire, cancel);
    }

    private async Task Send(Play.Page page, CancellationToken cancel)
    {
        await Until(page.Latency, cancel);
        Complete(page.Outcome, 0, 0);
        await channel.Send("text/html; charset=utf-8", Encoding.UTF8.GetBytes(page.Html), cancel);
    }

    private async Task Whole(Play.Answer answer, CancellationToken cancel)
    {
        channel.BytesPerSecond = answer.BytesPerSecond;
        var body = WireJson.Bytes(dialect.Whole(answer.Reply));
        await Until(answer.Pace.DueAfter(answer.Reply.Text.Length), cancel);
        if (answer.Ending is Ending.Whole)
        {
            // A slow body gives the client time to go away before its end.
            var last = answer.BytesPerSecond is null ? 0 : body.Length - 1;
            channel.Announce(ReplyChannel.Json, body.Length);
            await channel.Write(body.AsMemory(0, last), cancel);
            Complete(answer);
            await channel.Write(body.AsMemory(last), cancel);
            return;
        }

        if (SendsHeaders(answer))
        {
            var text = Encoding.UTF8.GetString(body);
            await channel.Open(ReplyChannel.Json, cancel);
            await channel.Write(Encoding.UTF8.GetBytes(TextPieces.Start(text, Math.Min(answer.AfterChars, text.Length - 1))), cancel);
        }

        await End(answer, cancel);
    }

    private async Task Stream(Play.Answer answer, CancellationToken cancel)
    {
        channel.BytesPerSecond = answer.BytesPerSecond;
        if (SendsHeaders(answer))
        {
            await channel.Open("text/event-stream; charset=utf-8", cancel);
            foreach (var frame in dialect.Stream(answer.Reply))
            {
                if (frame.Part is not FramePart.Opening)
                {
                    await Until(answer.Pace.DueAfter(charsSent), cancel);
                }

                if (frame.Part is FramePart.Closing && answer.Ending is not Ending.Whole)
                {
                    break;
                }

                if (frame.Part is FramePart.Closing)
                {
                    Complete(answer);
                }

                await channel.Write(frame.Bytes, cancel);
                charsSent += frame.Chars;
            }
        }

        await End(answer, cancel);
    }

    private async Task End(Play.Answer answer, CancellationToken cancel)
    {
        if (answer.Ending is Ending.Silence)
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancel);
            }
            finally
            {
                // That the client leaves a silent reply is this ending, not an aborted call.
                Complete(answer);
            }
        }

        await Until(answer.Pace.Latency, cancel);
        Complete(answer);
        if (answer.Ending is Ending.Reset)
        {
            channel.Reset();
        }
    }

    // A reset or a silence after nothing is one before the headers.
    private static bool SendsHeaders(Play.Answer answer) => answer is { Ending: Ending.Whole or Ending.Early } or { AfterChars: > 0 };

    private void Complete(Play.Answer answer) => Complete(answer.Outcome, answer.Reply.InputTokens, answer.Reply.OutputTokens);

    private void Complete(string outcome, int inputTokens, int outputTokens)
    {
        if (!isComplete)
        {
            isComplete = true;
            complete(outcome, inputTokens, outputTokens);
        }
    }

    private Task Until(TimeSpan due, CancellationToken cancel)
    {
        var left = due - clock.GetElapsedTime(started);
        return left > TimeSpan.Zero ? Task.Delay(left, clock, cancel) : Task.CompletedTask;
    }
}
