namespace Conclave.Workspace.Answers;

/// <summary>A line that begins or ends a block of code in Markdown: <c>```ts src/a.ts</c>, <c>~~~~</c>.</summary>
/// <param name="Mark">The letter of the fence.</param>
/// <param name="Length">How many of them.</param>
/// <param name="Indent">How deep it stands.</param>
/// <param name="Info">What stands after them; empty on a line that can end a block.</param>
internal readonly record struct Fence(char Mark, int Length, int Indent, string Info)
{
    /// <summary>The fence that a line is; null when it is none.</summary>
    public static Fence? Of(string line)
    {
        var at = 0;
        // A list or a quotation may hold a block.
        while (at < line.Length && line[at] is ' ' or '\t' or '\uFEFF')
        {
            at++;
        }

        var indent = at;
        if (at == line.Length || line[at] is not ('`' or '~'))
        {
            return null;
        }

        var mark = line[at];
        while (at < line.Length && line[at] == mark)
        {
            at++;
        }

        // ```inline``` is part of a sentence
        return at - indent >= 3 && (mark == '~' || line.AsSpan(at).IndexOf('`') < 0) ? new Fence(mark, at - indent, indent, line[at..].Trim()) : null;
    }

    /// <summary>Whether another fence can end the block that this one begins.</summary>
    public bool IsEndedBy(Fence other) => other.Mark == Mark && other.Length >= Length && other.Info.Length == 0;
}
