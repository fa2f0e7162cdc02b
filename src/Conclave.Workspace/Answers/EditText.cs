using System.Collections.Immutable;

namespace Conclave.Workspace.Answers;

/// <summary>Reads the changes of one file out of a text whose file is known: search and replace blocks, or a diff.</summary>
internal static class EditText
{
    /// <summary>The changes as one edit, or why they can't be read.</summary>
    public static AnswerPart Read(string path, string text)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        var hunks = ImmutableArray.CreateBuilder<EditHunk>();
        for (var i = 0; i < lines.Length;)
        {
            if (SearchReplaceBlock.Begins(lines[i]))
            {
                var block = SearchReplaceBlock.Read(lines, i, lines.Length);
                if (block.Hunk is null)
                {
                    return new AnswerPart.Unreadable($"A search and replace block for `{path}` is not whole. It has the old lines, a line `=======`, the new lines and the line `>>>>>>> REPLACE`.");
                }

                hunks.Add(block.Hunk);
                i = block.Next;
            }
            else if (UnifiedDiff.BeginsHunk(lines[i]) || UnifiedDiff.Begins(lines, i, lines.Length))
            {
                var (part, _) = UnifiedDiff.Read(lines, i, lines.Length, path, inFence: true);
                return part is AnswerPart.Change change ? new AnswerPart.Change(change.Edit with { Path = path }) : part;
            }
            else
            {
                i++;
            }
        }

        return hunks.Count > 0
            ? new AnswerPart.Change(new FileEdit(path, hunks.ToImmutable()))
            : new AnswerPart.Unreadable($"The edit of `{path}` has no search and replace block and no diff that can be read.");
    }
}
