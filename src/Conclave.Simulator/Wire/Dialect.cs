using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;

namespace Conclave.Simulator.Wire;

/// <summary>One of a vendor's ways to ask and answer.</summary>
internal abstract class Dialect
{
    public abstract VendorWire Vendor { get; }

    /// <summary>Reads a request; what it gives counts only when <see cref="BodyReader.Problem"/> stays null.</summary>
    public abstract Question Read(BodyReader body);

    /// <summary>The answer as one document.</summary>
    public abstract JsonObject Whole(Reply reply);

    /// <summary>The answer as a stream of events, in the order of their <see cref="Frame.Part"/>.</summary>
    public abstract IEnumerable<Frame> Stream(Reply reply);

    /// <summary>The error that ends a stream which began well.</summary>
    public abstract Frame Error(Reply reply, WireError error, ErrorForm form);

    /// <summary>Something that no client knows, as an item of the answer: the events that bring it, and its place in a whole answer.</summary>
    public abstract IEnumerable<Frame> Strange(Reply reply, JsonObject? whole);

    /// <summary>An event with nothing but usage; null where the format has none.</summary>
    public virtual Frame? UsageAlone(Reply reply) => null;

    /// <summary>What keeps a silent connection open.</summary>
    public virtual Frame SignOfLife() => new(FramePart.Text, null, new FrameData.Comment("keep-alive"), 0);
}
