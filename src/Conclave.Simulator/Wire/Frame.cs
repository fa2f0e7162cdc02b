using System.Text;
using System.Text.Json.Nodes;

namespace Conclave.Simulator.Wire;

/// <summary>One event of a stream before it goes over the wire.</summary>
/// <param name="Event">Its name; null when the vendor gives none.</param>
/// <param name="Data">What it carries.</param>
/// <param name="Chars">How much of the answer it carries.</param>
internal sealed record Frame(FramePart Part, string? Event, FrameData Data, int Chars)
{
    public static Frame Named(FramePart part, string name, JsonObject data, int chars = 0) => new(part, name, new FrameData.Json(data), chars);

    public static Frame Bare(FramePart part, JsonObject data, int chars = 0) => new(part, null, new FrameData.Json(data), chars);

    /// <summary>The JSON that it carries; null when it carries none.</summary>
    public JsonObject? Json => (Data as FrameData.Json)?.Value;

    /// <summary>The bytes, with lines that end so.</summary>
    public byte[] Bytes(string newline) => Data is FrameData.Comment comment
        ? Encoding.UTF8.GetBytes($": {comment.Words}{newline}{newline}")
        : [.. Encoding.UTF8.GetBytes(Event is null ? "data: " : $"event: {Event}{newline}data: "), .. Data.Bytes(), .. Encoding.UTF8.GetBytes(newline + newline)];
}

/// <summary>What an event carries: a closed set.</summary>
internal abstract record FrameData
{
    private FrameData()
    {
    }

    public abstract byte[] Bytes();

    /// <summary>A JSON object.</summary>
    /// <param name="Damage">What is done to its text on the way; null for nothing.</param>
    public sealed record Json(JsonObject Value, Func<byte[], byte[]>? Damage = null) : FrameData
    {
        public override byte[] Bytes() => Damage is null ? WireJson.Bytes(Value) : Damage(WireJson.Bytes(Value));
    }

    /// <summary>Other text, such as <c>[DONE]</c>.</summary>
    public sealed record Text(string Value) : FrameData
    {
        public override byte[] Bytes() => Encoding.UTF8.GetBytes(Value);
    }

    /// <summary>Nothing: a line for proxies that close silent connections.</summary>
    public sealed record Comment(string Words) : FrameData
    {
        public override byte[] Bytes() => [];
    }
}

/// <summary>Where in a stream an event stands; in this order.</summary>
internal enum FramePart
{
    /// <summary>Before the answer; sent at once.</summary>
    Opening,

    /// <summary>A part of the answer; sent at the reply's pace.</summary>
    Text,

    /// <summary>Closes the last thing that the answer opened. A stream that breaks off has none of these.</summary>
    Closing,

    /// <summary>Ends the answer as a whole.</summary>
    End,
}
