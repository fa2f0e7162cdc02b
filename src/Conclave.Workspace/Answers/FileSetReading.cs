using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>What was read out of an answer.</summary>
/// <param name="Files">The files in the order of the answer, each path once.</param>
/// <param name="Notes">What was put right and changes nothing, for people.</param>
/// <param name="Problems">What can't be used, in words for the agent; empty when the files are the whole answer.</param>
public sealed record FileSetReading(ImmutableArray<AnswerFile> Files, ImmutableArray<string> Notes, ImmutableArray<string> Problems)
{
    /// <summary>Changes to files that were not at hand, in the order of the answer; empty when base files were given.</summary>
    public ImmutableArray<FileEdit> Edits { get; init; } = [];

    /// <summary>Whether nothing in the answer is about files at all.</summary>
    public bool HoldsNothing { get; init; }

    /// <summary>Whether everything in the answer could be read.</summary>
    public bool IsComplete => Problems.IsEmpty;
}

/// <summary>One file of an answer.</summary>
/// <param name="Path">As the agent wrote it, without a leading <c>./</c>; not checked.</param>
/// <param name="Content">With <c>\n</c> at its end unless it is empty; null when the file is to be deleted.</param>
public sealed record AnswerFile(string Path, string? Content);
