namespace Conclave.Simulator.Scenarios;

/// <summary>One strange thing about an answer, as real servers and what stands before them do it. All have happened.</summary>
public enum Oddity
{
    /// <summary>SSE comments between the events.</summary>
    Comments,

    /// <summary>An event <c>ping</c> between any two events, also before the first.</summary>
    Pings,

    /// <summary>Lines that end with CR LF.</summary>
    CrLf,

    /// <summary>Events without their names, though the vendor gives them.</summary>
    NoEventNames,

    /// <summary>A byte order mark before the body.</summary>
    ByteOrderMark,

    /// <summary>JSON that does not parse, in the first event with text; of a document, its last brace.</summary>
    InvalidJson,

    /// <summary>A field with the value NaN, which is no JSON.</summary>
    NotANumber,

    /// <summary>A field that stands twice.</summary>
    DuplicateKeys,

    /// <summary>A field with a hundred nested objects.</summary>
    Deep,

    /// <summary>Fields that nobody knows, in all objects.</summary>
    UnknownFields,

    /// <summary>Events of a type that nobody knows.</summary>
    UnknownEvents,

    /// <summary>An output item, content block or part of a type that nobody knows.</summary>
    UnknownItems,

    /// <summary>Words that nobody knows for why the answer ended and other enumerations.</summary>
    UnknownEnums,

    /// <summary>Numbers where enumerations stand.</summary>
    IntegerEnums,

    /// <summary>No usage at all.</summary>
    NoUsage,

    /// <summary>Usage below zero.</summary>
    NegativeUsage,

    /// <summary>Usage beyond all bounds.</summary>
    HugeUsage,

    /// <summary>Chat Completions: a chunk with usage and no choices, also where nobody asked for it.</summary>
    UsageWithoutChoices,

    /// <summary>A block or part that lacks its text.</summary>
    NoText,

    /// <summary>The event that opens the answer, twice.</summary>
    DuplicateStart,

    /// <summary>Each event that opens or closes something, twice.</summary>
    DuplicateEvents,

    /// <summary>The first text before what opens the answer.</summary>
    WrongOrder,

    /// <summary>A <c>Date</c> of long ago, a cookie, and <c>retry-after</c> on a good reply.</summary>
    Headers,
}
