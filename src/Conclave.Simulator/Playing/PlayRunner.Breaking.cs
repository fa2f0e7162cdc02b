using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <content>Answers that break off.</content>
internal sealed partial class PlayRunner
{
    private const long MuchMore = 1_000_000;

    private static readonly TimeSpan BetweenPings = TimeSpan.FromSeconds(1);

    // Gives whether there is a body to send.
    private async Task<bool> Open(Ending.Breaks breaks, string type, CancellationToken cancel)
    {
        if (!breaks.At.SendsHeaders)
        {
            return false;
        }

        if (breaks.Way is BreakWay.EndsByClosing)
        {
            await channel.OpenBare(type, cancel);
            return true;
        }

        if (breaks.Way is BreakWay.EndsShort)
        {
            channel.Announce(type, MuchMore);
        }

        await channel.Open(type, cancel);
        return true;
    }

    private async Task StreamUntil(Play.Answer answer, Ending.Breaks breaks, OddAnswer odd, CancellationToken cancel)
    {
        if (breaks.At.Inside is BreakPlace.Headers)
        {
            return;
        }

        var frames = odd.Stream().TakeWhile(frame => frame.Part < FramePart.Closing).ToList();
        foreach (var (index, frame) in frames.Index())
        {
            ReadOnlyMemory<byte> bytes = frame.Bytes(odd.Newline);
            if (index == frames.Count - 1)
            {
                bytes = breaks.At.Inside switch
                {
                    BreakPlace.Event => bytes[..(bytes.Length / 2)],
                    BreakPlace.Character => bytes[..InsideCharacter(bytes.Span)],
                    _ => bytes,
                };
            }

            await Send(answer, frame, bytes, cancel);
        }
    }

    private async Task End(Play.Answer answer, Ending.Breaks breaks, CancellationToken cancel)
    {
        if (breaks.Way is BreakWay.Silence or BreakWay.Pings)
        {
            await Wait(answer, breaks.Way is BreakWay.Pings && answer.Reply.Question.Streamed, cancel);
        }

        await Until(answer.Pace.Latency, cancel);
        Complete(answer);
        switch (breaks.Way)
        {
            case BreakWay.Reset:
                channel.Reset();
                break;
            case BreakWay.EndsChunked or BreakWay.EndsShort or BreakWay.EndsByClosing:
                channel.Close();
                break;
            default:
                break;
        }
    }

    private async Task Wait(Play.Answer answer, bool withSigns, CancellationToken cancel)
    {
        try
        {
            while (withSigns)
            {
                await channel.Write(dialect.SignOfLife().Bytes(dialect.Vendor.Newline), cancel);
                await Task.Delay(BetweenPings, clock, cancel);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancel);
        }
        finally
        {
            // That the client leaves such a reply is this ending, not an aborted call.
            Complete(answer);
        }
    }

    // Up to the last byte of the last character that has more than one.
    private static int InsideCharacter(ReadOnlySpan<byte> bytes) => bytes.LastIndexOfAnyInRange((byte)0x80, (byte)0xFF) is var last and > 0 ? last : bytes.Length / 2;
}
