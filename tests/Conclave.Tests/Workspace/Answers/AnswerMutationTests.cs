using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

/// <summary>Answers that were cut, shuffled and mixed: read without an exception, without a made-up name, and in time linear in their length.</summary>
public sealed class AnswerMutationTests
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("CONCLAVE_FULL_TESTS") is { Length: > 0 };

    private static readonly string[] Splinters =
    [
        "```", "````", "~~~", "```python", "```diff", "<file path=\"a.py\">", "</file>", "<file>", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "--- a/x.py", "+++ b/x.py", "@@ -1,2 +3 @@", "@@", "*** Begin Patch", "*** Update File: x.py",
        "*** End Patch", "<think>", "</think>", "<write_to_file>", "<path>a.py</path>", "<content>", "</content>", "</write_to_file>", "**a.py**", "a.py", "# src/b.py", "{", "}", "", "  ```", "+x", "-x", " x", "\uFEFF", "\u2028", "<boltAction type=\"file\" filePath=\"c.js\">", "</boltAction>",
    ];

    [Fact]
    public void Any_mixture_of_lines_is_read_and_no_name_is_made_up()
    {
        var answers = Repository.Read("tests/Conclave.Tests/Workspace/Answers/habits.txt").Split("%%%% case ").Concat(Recorded()).ToArray();
        var random = new Random(20_26);
        for (var round = 0; round < (Full ? 20_000 : 1_500); round++)
        {
            var mixed = Mix(random, answers);
            var reading = FileSetReader.Read(mixed, round % 2 == 0 ? null : path => mixed);

            Assert.True(reading.Files.Length + reading.Edits.Length + reading.Problems.Length + reading.Notes.Length > 0);
            var said = mixed.Replace('\\', '/');
            Assert.All(reading.Files.Select(file => file.Path).Concat(reading.Edits.Select(edit => edit.Path)), path => Assert.True(said.Contains(path, StringComparison.Ordinal) || said.Contains("\\u", StringComparison.Ordinal), $"`{path}` is made up in:\n{mixed}"));
        }
    }

    [Fact]
    public void Long_answers_are_read_in_linear_time()
    {
        // Each would take hours if it were quadratic; there is no clock in this test.
        foreach (var splinter in Splinters)
        {
            _ = FileSetReader.Read(string.Concat(Enumerable.Repeat(splinter + "\n", 60_000)));
        }

        foreach (var pair in new[] { "```a\n```b\n```\n", "**a.py**\n```\nx\n", "```md\n```\nx\n", "<<<<<<< SEARCH\n", "--- a\n+++ b\n@@\n-x\n", "<write_to_file>\n<path>a.py</path>\n", "<file path=\"a\">\n  <file path=\"b\">\n", "**R.md**\n```\n```x\n", "<edit path=\"a\">\n<diff path=\"b\">\n", "<file>\n<path>a.py</path>\n" })
        {
            _ = FileSetReader.Read(string.Concat(Enumerable.Repeat(pair, 30_000)) + "</file>\n```\n", _ => "x\ny\n");
        }
    }

    // Without a corpus the habits alone are mixed.
    private static IEnumerable<string> Recorded() => Environment.GetEnvironmentVariable("CONCLAVE_CORPUS") is { Length: > 0 } corpus && Directory.Exists(Path.Combine(corpus, "answers"))
        ? Directory.EnumerateFiles(Path.Combine(corpus, "answers"), "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllText)
        : [];

    private static string Mix(Random random, string[] answers)
    {
        var lines = answers[random.Next(answers.Length)].Split('\n').ToList();
        for (var change = random.Next(1, 8); change > 0; change--)
        {
            var at = random.Next(lines.Count + 1);
            switch (random.Next(5))
            {
                case 0:
                    lines.Insert(at, Splinters[random.Next(Splinters.Length)]);
                    break;
                case 1 when lines.Count > 1:
                    lines.RemoveAt(Math.Min(at, lines.Count - 1));
                    break;
                case 2:
                    lines.RemoveRange(at, lines.Count - at);
                    break;
                case 3:
                    lines.InsertRange(at, answers[random.Next(answers.Length)].Split('\n').Take(40));
                    break;
                default:
                    var line = Math.Min(at, lines.Count - 1);
                    if (line >= 0 && lines[line].Length > 0)
                    {
                        lines[line] = lines[line].Remove(random.Next(lines[line].Length), 1);
                    }

                    break;
            }
        }

        return string.Join(random.Next(4) == 0 ? "\r\n" : "\n", lines);
    }
}
