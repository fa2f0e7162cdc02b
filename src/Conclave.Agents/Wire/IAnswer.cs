using System.Text.Json;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>One answer of a vendor while it comes in. Mutable; used by one attempt.</summary>
internal interface IAnswer
{
    /// <summary>The text so far.</summary>
    string Text { get; }

    /// <summary>Whether anything of an answer came, and not only something that we don't know.</summary>
    bool HasBegun { get; }

    /// <summary>The vendor's name of the answer, in case no header names the request.</summary>
    string? Id { get; }

    /// <summary>
    /// Takes in one event, or the whole answer of a server that does not stream, and says what it means. With the event that ends the answer the last
    /// of these is <see cref="ModelEvent.Ended"/>. What is unknown means nothing and is passed over.
    /// </summary>
    IEnumerable<ModelEvent> Take(JsonElement happening);

    /// <summary>What the answer came to when nothing more comes; null when the event that ends it is missing.</summary>
    CallOutcome? AtEnd();
}
