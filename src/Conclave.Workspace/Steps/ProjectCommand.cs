using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Workspace.Delivery;

namespace Conclave.Workspace.Steps;

/// <summary>A command of a project, as a person runs it.</summary>
/// <param name="Directory">Where, relative to the project; empty for its root.</param>
internal sealed record ProjectCommand(StackName Stack, string Directory, ImmutableArray<string> Argv)
{
    /// <summary>As one line for a shell that stands in the project's root.</summary>
    public string Shell => Directory.Length == 0 ? Line : $"(cd {Word(Directory)} && {Line})";

    /// <summary>As one line for a shell that stands in its directory.</summary>
    public string Line => string.Join(' ', Argv.Select(Word));

    private static string Word(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./=+:,".Contains(letter, StringComparison.Ordinal)) ? text : Markdown.Shell(text);
}
