using System.Collections.Immutable;

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
    public static FileSetReading Read(string answer)
    {
        var (blocks, problems) = FileBlocks.Read(answer);
        if (blocks.IsEmpty && problems.IsEmpty)
        {
            problems = [$"The answer contains no file. Write each file as a block of this form, with its path relative to the project:\n{Form}\nTo delete a file: <file path=\"old.py\" delete=\"true\"/>"];
        }

        // The last of several is the agent's last word; it stands where it was said.
        var files = blocks.Reverse().DistinctBy(file => file.Path, StringComparer.Ordinal).Reverse().ToImmutableArray();
        var notes = blocks.CountBy(file => file.Path, StringComparer.Ordinal).Where(count => count.Value > 1).Select(count => $"`{count.Key}` came {count.Value} times; the last one is taken");
        return new FileSetReading(files, [.. notes], [.. problems, .. files.SelectMany(LeftOut)]);
    }

    private static IEnumerable<string> LeftOut(AnswerFile file) => Placeholders.Find(file.Path, file.Content ?? "").Take(1).Select(found =>
        $"`{file.Path}` is not whole: line {found.Line} stands for code that is left out (`{found.Text}`). Send the whole file.");
}
