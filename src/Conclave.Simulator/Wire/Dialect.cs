using System.Text.Json.Nodes;

namespace Conclave.Simulator.Wire;

/// <summary>One of a vendor's ways to ask and answer.</summary>
internal abstract class Dialect
{
    public abstract VendorWire Vendor { get; }

    /// <summary>Reads a request; what it gives counts only when <see cref="BodyReader.Problem"/> stays null.</summary>
    public abstract Question Read(BodyReader body);

    /// <summary>The answer as one document.</summary>
    public abstract JsonObject Whole(Reply reply);

    /// <summary>The answer as a stream of events: first all openings, then the text, then all closings.</summary>
    public abstract IEnumerable<Frame> Stream(Reply reply);
}
