using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

public sealed class AnswerCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Files_of_recorded_answers_are_read_exactly_and_no_name_is_made_up()
    {
        var (found, named, all, read, invented) = (0, 0, 0, 0, 0);
        foreach (var answer in AnswerCorpus.Load())
        {
            var reading = FileSetReader.Read(answer.Text);
            var files = reading.Files.Where(file => file.Content is not null).ToDictionary(file => file.Path, file => file.Content!);
            foreach (var expected in answer.Expected)
            {
                all++;
                named += expected.IsNamed ? 1 : 0;
                var isRight = files.TryGetValue(expected.Path, out var content) && Comparable(content, answer) == Comparable(expected.Content, answer);
                found += isRight ? 1 : 0;
                if (!isRight)
                {
                    output.WriteLine($"{answer.Id}: {expected.Path} {(content is null ? "is missing" : "differs")}{(expected.IsNamed ? "" : " (the answer does not name it)")}");
                }
            }

            var paths = reading.Files.Select(file => file.Path).Concat(reading.Edits.Select(edit => edit.Path)).ToList();
            read += paths.Count;
            foreach (var path in paths.Where(path => answer.Invented.Contains(path) || !answer.Text.Replace('\\', '/').Contains(path, StringComparison.Ordinal)))
            {
                invented++;
                output.WriteLine($"{answer.Id}: `{path}` is made up");
            }

            if (Environment.GetEnvironmentVariable("CONCLAVE_CORPUS_VERBOSE") is not null)
            {
                output.WriteLine($"{answer.Id}: files {string.Join(" ", reading.Files.Select(file => file.Path))} | edits {string.Join(" ", reading.Edits.Select(edit => edit.Path))} | notes {string.Join("; ", reading.Notes)} | problems {string.Join("; ", reading.Problems.Select(problem => problem.Split('\n')[0]))}");
            }
        }

        output.WriteLine($"recall: {found} of {named} files that their answers name ({(double)found / named:P1}), {all} expected in all; precision of names: {read - invented} of {read} ({(double)(read - invented) / read:P1})");

        Assert.Equal(0, invented);
        Assert.True(found >= named * 0.97, $"only {found} of {named} files were read");
    }

    private static string Comparable(string content, RecordedAnswer answer) => string.Join('\n', content.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => !answer.IgnoresBlankLines || line.Trim().Length > 0)).Trim('\n');
}
