using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Microsoft.AspNetCore.Http;

namespace Conclave.Simulator.Wire;

/// <summary>What all replies of a vendor have in common: keys, headers, errors, the list of models. Stateless.</summary>
internal abstract class VendorWire
{
    public abstract Vendor Vendor { get; }

    /// <summary>How lines of a stream end.</summary>
    public virtual string Newline => "\n";

    /// <summary>What is wrong with the request's key and headers; null when nothing is.</summary>
    public abstract WireError? Refusal(HttpRequest request);

    /// <summary>The vendor's words for a request that it can't serve.</summary>
    public abstract WireError Refusal(RequestProblem problem);

    /// <summary>The vendor's words for a failure; null when the fault is not an error reply.</summary>
    /// <param name="fault">What failed.</param>
    /// <param name="model">What the request asked for.</param>
    /// <param name="now">What waits count from.</param>
    /// <param name="inputTokens">The size of the question.</param>
    public abstract WireError? Failure(Fault fault, string model, DateTimeOffset now, int inputTokens);

    /// <summary>Adds to an error's body what names this one request.</summary>
    public virtual void Sign(JsonObject errorBody, WireIds ids)
    {
    }

    /// <summary>Sets the headers that every reply has.</summary>
    /// <param name="inputTokens">What the request counts against the limit of tokens.</param>
    public abstract void SetHeaders(IHeaderDictionary headers, WireIds ids, DateTimeOffset now, int inputTokens);

    /// <summary>The answer to a request for the list of models.</summary>
    public abstract JsonObject Models(IQueryCollection query);

    /// <summary>The answer to a request for one model; null when there is none of this id.</summary>
    public abstract JsonObject? Model(string id);

    /// <summary>The answer to a request to count a question's tokens.</summary>
    public abstract JsonObject Counted(int tokens);
}
