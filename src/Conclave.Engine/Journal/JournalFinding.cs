using System.Globalization;

namespace Conclave.Engine.Journal;

/// <summary>Something wrong in the journal, as data: what was found where, and what to do about it.</summary>
/// <param name="Code">The <c>CONCnnn</c> number.</param>
/// <param name="Session">The session; null when it is not known or not of one session.</param>
/// <param name="Entry">The first entry that can't be trusted; null when it is not of one entry.</param>
/// <param name="What">What is wrong there.</param>
/// <param name="Fix">What to do.</param>
public sealed record JournalFinding(string Code, SessionId? Session, long? Entry, string What, string Fix)
{
    /// <summary>What to do about a record that is damaged.</summary>
    public const string RestoreFix = "put back a copy of the data directory, or import an exported copy of the session into another one (--data DIR); the other sessions go on";

    /// <summary>An entry that is missing, changed or unreadable.</summary>
    public static JournalFinding BadEntry(SessionId session, long seq, string what) => new("CONC701", session, seq, what, RestoreFix);

    /// <summary>A blob that an entry names and that is missing or has other bytes.</summary>
    public static JournalFinding BadBlob(SessionId session, long seq, BlobId blob, string what) =>
        new("CONC705", session, seq, $"its blob {blob} {what}", RestoreFix);

    /// <summary>One line: number, place and what is wrong.</summary>
    public override string ToString()
    {
        var where = Entry is { } seq ? string.Create(CultureInfo.InvariantCulture, $" at entry {seq}") : "";
        return Session is { } session ? $"{Code} session {session} is damaged{where}: {What}" : $"{Code} {What}";
    }
}
