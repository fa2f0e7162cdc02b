using System.Text;
using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

/// <summary>Habits of models and of the tools that they were trained on, in <c>habits.txt</c>: an answer, and what is to be read out of it.</summary>
public sealed class AnswerHabitTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, string> Cases { get; } = Repository.Read("tests/Conclave.Tests/Workspace/Answers/habits.txt")
        .Split("%%%% case ", StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(text => text[..text.IndexOf('\n', StringComparison.Ordinal)], text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_habit_is_read(string name) => Check(Cases[name], answer => answer);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_habit_is_read_with_Windows_line_ends_and_a_byte_order_mark(string name) => Check(Cases[name], answer => "\uFEFF" + answer.Replace("\n", "\r\n", StringComparison.Ordinal));

    private static void Check(string habit, Func<string, string> change)
    {
        var parts = habit.Split("%%%% ");

        var reading = FileSetReader.Read(change(parts[0]));

        Assert.Equal(string.Concat(parts[1..]).Trim(), Told(reading, parts).Trim());
    }

    private static string Told(FileSetReading reading, string[] expected)
    {
        var told = new StringBuilder();
        foreach (var file in reading.Files.Where(file => file.Content is not null))
        {
            told.Append($"file {file.Path}\n{file.Content}");
        }

        foreach (var file in reading.Files.Where(file => file.Content is null))
        {
            told.Append($"delete {file.Path}\n");
        }

        foreach (var edit in reading.Edits)
        {
            told.Append($"edit {edit.Path}\n");
        }

        Append("note", reading.Notes);
        Append("problem", reading.Problems);
        return reading.Problems.Any(problem => problem.StartsWith("The answer contains no file", StringComparison.Ordinal)) ? "nothing" : told.ToString();

        // Of a sentence the words that the case has count.
        void Append(string kind, IEnumerable<string> texts)
        {
            foreach (var text in texts)
            {
                var wanted = expected.FirstOrDefault(part => part.StartsWith(kind + " ", StringComparison.Ordinal) && text.Contains(part[(kind.Length + 1)..].Trim(), StringComparison.Ordinal));
                told.Append(wanted ?? $"{kind} {text}\n");
            }
        }
    }
}
