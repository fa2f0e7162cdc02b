using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>A change to a file that is not written out as a whole: search and replace blocks, a diff, a patch.</summary>
/// <param name="Path">The file to change, as the agent wrote it, without a leading <c>./</c>.</param>
/// <param name="Hunks">What to change, in order; empty when the file only moves.</param>
/// <param name="MovedTo">The file's new path; null when it stays.</param>
public sealed record FileEdit(string Path, ImmutableArray<EditHunk> Hunks, string? MovedTo = null);

/// <summary>Lines that stand in a file, and the lines to put in their place.</summary>
/// <param name="Before">The lines as they stand, without line ends; empty to add lines.</param>
/// <param name="After">The lines to be.</param>
public sealed record EditHunk(ImmutableArray<string> Before, ImmutableArray<string> After)
{
    /// <summary>Where <see cref="Before"/> begins by the agent's count, from 1; null when it did not say. It only chooses between equal places.</summary>
    public int? Line { get; init; }

    /// <summary>A line that stands somewhere above; null when the agent named none.</summary>
    public string? Below { get; init; }
}
