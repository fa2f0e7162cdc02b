using System.Text;
using Conclave.Simulator.Http;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <summary>Plays one call over its connection. For one use.</summary>
/// <param name="complete">Notes in the ledger how the call ended: outcome, tokens of input, tokens of output.</param>
internal sealed partial class PlayRunner(ReplyChannel channel, Dialect dialect, TimeProvider clock, Action<string, int, int> complete)
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
                Play.Foreign foreign => Send(foreign, cancel),
                Play.Answer answer => Answer(answer, cancel),
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

    private async Task Send(Play.Foreign foreign, CancellationToken cancel)
    {
        await Until(foreign.Latency, cancel);
        Complete(foreign.Outcome, 0, 0);
        foreach (var (name, value) in foreign.Headers)
        {
            channel.SetHeader(name, value);
        }

        await channel.Send(foreign.Status, foreign.ContentType, foreign.Body, cancel);
    }

    private async Task Answer(Play.Answer answer, CancellationToken cancel)
    {
        var odd = new OddAnswer(dialect, answer.Reply, answer.Manner.Oddities);
        channel.BytesPerSecond = answer.Manner.BytesPerSecond;
        foreach (var (name, value) in odd.Headers)
        {
            channel.SetHeader(name, value);
        }

        if (answer.Manner.EarlyHints)
        {
            await channel.SendEarlyHints(cancel);
        }

        await (answer.Reply.Question.Streamed && !answer.Manner.NotStreamed ? Stream(answer, odd, cancel) : Whole(answer, odd, cancel));
    }

    private async Task Whole(Play.Answer answer, OddAnswer odd, CancellationToken cancel)
    {
        var type = answer.Manner.ContentType ?? ReplyChannel.Json;
        await Until(answer.Pace.DueAfter(answer.Reply.Chars), cancel);
        switch (answer.Ending)
        {
            case Ending.Fails fails:
                Complete(answer);
                await channel.Send(channel.Signed(fails.Error), cancel);
                break;
            case Ending.Breaks breaks:
                await WholeUntil(breaks, type, odd.Whole(), cancel);
                await End(answer, breaks, cancel);
                break;
            case Ending.Whole when answer.Manner.PadBytes + answer.Manner.RepeatBytes is var padding and > 0:
                await channel.Open(type, cancel);
                await channel.WritePadded(odd.Whole(), padding, cancel);
                Complete(answer);
                break;
            default:
                byte[] body = [.. odd.Before.Span, .. odd.Whole()];

                // A slow body gives the client time to go away before its end.
                var last = answer.Manner.BytesPerSecond is null ? 0 : body.Length - 1;
                channel.Announce(type, body.Length);
                await channel.Write(body.AsMemory(0, last), cancel);
                Complete(answer);
                await channel.Write(body.AsMemory(last), cancel);
                break;
        }
    }

    private async Task WholeUntil(Ending.Breaks breaks, string type, byte[] body, CancellationToken cancel)
    {
        if (await Open(breaks, type, cancel) && breaks.At.AfterChars > 0)
        {
            var text = Encoding.UTF8.GetString(body);
            var part = Encoding.UTF8.GetBytes(TextPieces.Start(text, Math.Min(breaks.At.AfterChars, text.Length - 1)));
            await channel.Write(part.AsMemory(0, breaks.At.Inside is Scenarios.BreakPlace.Character ? InsideCharacter(part) : part.Length), cancel);
        }
    }

    private async Task Stream(Play.Answer answer, OddAnswer odd, CancellationToken cancel)
    {
        var type = answer.Manner.ContentType ?? ReplyChannel.Events;
        switch (answer.Ending)
        {
            case Ending.Breaks breaks:
                if (await Open(breaks, type, cancel))
                {
                    await StreamUntil(answer, breaks, odd, cancel);
                }

                await End(answer, breaks, cancel);
                break;
            case Ending.Fails fails:
                await channel.Open(type, cancel);
                foreach (var frame in odd.Stream().TakeWhile(frame => frame.Part < FramePart.Closing))
                {
                    await Send(answer, frame, frame.Bytes(odd.Newline), cancel);
                }

                channel.Signed(fails.Error);
                await Until(answer.Pace.DueAfter(charsSent), cancel);
                Complete(answer);
                await channel.Write(dialect.Error(answer.Reply, fails.Error, fails.Form).Bytes(odd.Newline), cancel);
                break;
            default:
                await channel.Open(type, cancel);
                await channel.Write(odd.Before, cancel);
                await StreamAll(answer, odd, cancel);
                break;
        }
    }

    private async Task StreamAll(Play.Answer answer, OddAnswer odd, CancellationToken cancel)
    {
        var isFirst = true;
        foreach (var frame in odd.Stream())
        {
            var bytes = frame.Bytes(odd.Newline);
            await Due(answer, frame, cancel);
            if (frame.Part >= FramePart.Closing)
            {
                Complete(answer);
            }

            if (isFirst && frame is { Part: FramePart.Text, Chars: > 0 })
            {
                isFirst = false;
                for (var left = answer.Manner.RepeatBytes; left > 0; left -= bytes.Length)
                {
                    await channel.Write(bytes, cancel);
                }

                if (answer.Manner.PadBytes > 0)
                {
                    await channel.WritePadded(bytes, answer.Manner.PadBytes, cancel);
                    charsSent += frame.Chars;
                    continue;
                }
            }

            await Send(answer, frame, bytes, cancel);
        }
    }

    private async Task Send(Play.Answer answer, Frame frame, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await Due(answer, frame, cancel);
        await channel.Write(bytes, cancel);
        charsSent += frame.Chars;
    }

    private Task Due(Play.Answer answer, Frame frame, CancellationToken cancel) =>
        frame.Part is FramePart.Opening ? Task.CompletedTask : Until(answer.Pace.DueAfter(charsSent), cancel);

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
