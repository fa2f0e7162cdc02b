namespace Conclave.Workspace.Answers;

/// <summary>Reads the files out of an agent's answer. Nothing is guessed: what can't be read for certain is a problem that goes back to the agent.</summary>
public static class FileSetReader
{
    /// <summary>The form that is asked for.</summary>
    public const string Form = """
        <file path="src/app.py">
        the whole content of the file
        </file>
        """;

    /// <summary>Reads an answer. Pure; takes time linear in its length.</summary>
    /// <param name="answer">The text of a model.</param>
    /// <param name="content">The content of a file that edits apply to, or null when there is none; null altogether when no files are at hand, so that edits stay edits.</param>
    public static FileSetReading Read(string answer, Func<string, string?>? content = null)
    {
        var parts = AnswerOutline.Read(answer.TrimStart('\uFEFF'));
        var draft = new FileSetDraft(content);
        foreach (var part in parts)
        {
            draft.Add(part);
        }

        return parts.IsEmpty
            ? new FileSetReading([], [], [$"The answer contains no file. Write each file as a block of this form, with its path relative to the project:\n{Form}\nTo delete a file: <file path=\"old.py\" delete=\"true\"/>"]) { HoldsNothing = true }
            : draft.Reading(LeftOut);
    }

    private static IEnumerable<string> LeftOut(AnswerFile file) => Placeholders.Find(file.Path, file.Content ?? "").Take(1).Select(found =>
        $"`{file.Path}` is not whole: line {found.Line} stands for code that is left out (`{found.Text}`). Send the whole file.");
}
