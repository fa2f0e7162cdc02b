namespace Conclave.Workspace.Answers;

/// <summary>One thing that an answer says about files, in the order in which it says it.</summary>
internal abstract record AnswerPart
{
    private AnswerPart()
    {
    }

    /// <summary>A file written out, or deleted when it has no content.</summary>
    public sealed record Whole(AnswerFile File) : AnswerPart;

    /// <summary>A change to a file.</summary>
    public sealed record Change(FileEdit Edit) : AnswerPart;

    /// <summary>What is about files and can't be read.</summary>
    public sealed record Unreadable(string Problem) : AnswerPart;

    /// <summary>What was put right, for people.</summary>
    public sealed record Note(string Text) : AnswerPart;
}
