using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <summary>An answer with the strange things that a scenario wants; pure. Without any it changes nothing.</summary>
internal sealed class OddAnswer(Dialect dialect, Reply reply, ImmutableArray<Oddity> what)
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>What stands before the body.</summary>
    public ReadOnlyMemory<byte> Before => Has(Oddity.ByteOrderMark) ? ByteOrderMark : default;

    public string Newline => Has(Oddity.CrLf) ? "\r\n" : dialect.Vendor.Newline;

    /// <summary>Headers that lead astray.</summary>
    public ImmutableArray<(string Name, string Value)> Headers => Has(Oddity.Headers)
        ? [("date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("set-cookie", "session=1; Path=/"), ("retry-after", "3600")]
        : [];

    /// <summary>The answer as one document.</summary>
    public byte[] Whole()
    {
        var whole = dialect.Whole(reply);
        if (Has(Oddity.UnknownItems))
        {
            dialect.Strange(reply, whole);
        }

        OddJson.Change(whole, what);
        if (Has(Oddity.NoText))
        {
            OddJson.AddTextless(whole);
        }

        return Damage() is { } damage ? damage(WireJson.Bytes(whole)) : WireJson.Bytes(whole);
    }

    /// <summary>The answer as events.</summary>
    public IEnumerable<Frame> Stream()
    {
        var frames = dialect.Stream(reply);
        return what.IsEmpty ? frames : Dressed([.. frames]);
    }

    private List<Frame> Dressed(List<Frame> frames)
    {
        var end = frames.FindIndex(frame => frame.Part is FramePart.End);
        if (Has(Oddity.UnknownItems))
        {
            frames.InsertRange(end, dialect.Strange(reply, frames[end].Json));
        }

        if (Has(Oddity.UsageWithoutChoices) && dialect.UsageAlone(reply) is { } usage)
        {
            frames.Insert(frames.Count - 1, usage);
        }

        if (Has(Oddity.NoText) && First(frames) is { Json: { } json } spoken)
        {
            frames.Insert(frames.IndexOf(spoken), spoken with { Data = new FrameData.Json(OddJson.WithoutText(json)), Chars = 0 });
        }

        foreach (var frame in frames)
        {
            OddJson.Change(frame.Json, what);
        }

        if (Damage() is { } damage && First(frames) is { Json: { } sound } first)
        {
            frames[frames.IndexOf(first)] = first with { Data = new FrameData.Json(sound, damage) };
        }

        return [.. Order(frames).Select(frame => Has(Oddity.NoEventNames) ? frame with { Event = null } : frame)];
    }

    private IEnumerable<Frame> Order(List<Frame> frames)
    {
        if (Has(Oddity.WrongOrder) && First(frames) is { } spoken)
        {
            frames.Remove(spoken);
            frames.Insert(0, spoken);
        }

        foreach (var (index, frame) in frames.Index())
        {
            if (Has(Oddity.Comments))
            {
                yield return new Frame(frame.Part, null, new FrameData.Comment("a comment"), 0);
            }

            if (Has(Oddity.Pings))
            {
                yield return Frame.Named(frame.Part, "ping", new JsonObject { ["type"] = "ping" });
            }

            yield return frame;
            if ((Has(Oddity.DuplicateStart) && index == 0) || (Has(Oddity.DuplicateEvents) && frame is { Part: FramePart.Opening or FramePart.Closing }))
            {
                yield return frame;
            }

            if (Has(Oddity.UnknownEvents) && index == 0)
            {
                yield return new Frame(frame.Part, frame.Event is null ? null : "hologram", new FrameData.Json(new JsonObject { ["type"] = "hologram", ["light"] = 7 }), 0);
            }
        }
    }

    // What is damaged is the first event that says something.
    private static Frame? First(List<Frame> frames) => frames.Find(frame => frame is { Part: FramePart.Text, Chars: > 0 });

    private Func<byte[], byte[]>? Damage() =>
        Has(Oddity.InvalidJson) ? json => json[..^1]
        : Has(Oddity.NotANumber) ? json => Inject(json, "\"score\":NaN,")
        : Has(Oddity.DuplicateKeys) ? json => Inject(json, "\"twice\":1,\"twice\":2,")
        : Has(Oddity.Deep) ? json => Inject(json, "\"deep\":" + string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100) + ",")
        : null;

    private static byte[] Inject(byte[] json, string fields) => [.. "{"u8, .. Encoding.UTF8.GetBytes(fields), .. json[1..]];

    private bool Has(Oddity oddity) => what.Contains(oddity);
}
