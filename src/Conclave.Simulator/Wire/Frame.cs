using System.Text;
using System.Text.Json.Nodes;

namespace Conclave.Simulator.Wire;

/// <summary>One event of a stream as it goes over the wire.</summary>
/// <param name="Chars">How much of the answer's text it carries.</param>
internal readonly record struct Frame(FramePart Part, int Chars, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>An event with a name: <c>event: NAME</c> and <c>data: JSON</c>.</summary>
    public static Frame Named(FramePart part, string name, JsonObject data, int chars = 0) => Of(part, chars, $"event: {name}\ndata: ", data, "\n\n");

    /// <summary>An event without one.</summary>
    public static Frame Bare(FramePart part, JsonObject data, int chars = 0) => Of(part, chars, "data: ", data, "\n\n");

    /// <summary>An event in any frame.</summary>
    public static Frame Of(FramePart part, int chars, string before, JsonObject data, string after)
    {
        var buffer = new MemoryStream();
        buffer.Write(Encoding.UTF8.GetBytes(before));
        buffer.Write(WireJson.Bytes(data));
        buffer.Write(Encoding.UTF8.GetBytes(after));
        return new Frame(part, chars, buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }
}

/// <summary>Where in a stream an event stands.</summary>
internal enum FramePart
{
    /// <summary>Before the text; sent at once.</summary>
    Opening,

    /// <summary>A part of the text; sent at the reply's pace.</summary>
    Text,

    /// <summary>After the text. A stream that breaks off has none of these.</summary>
    Closing,
}
