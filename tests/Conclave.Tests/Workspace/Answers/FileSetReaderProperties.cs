using System.Text;
using Conclave.Workspace.Answers;
using FsCheck;
using FsCheck.Fluent;

namespace Conclave.Tests.Workspace.Answers;

public sealed class FileSetReaderProperties
{
    private static readonly Gen<string> Path =
        from folders in Gen.Elements("src", "tests", "a-b", "x.y", "d 1", "été").ArrayOf().Resize(4)
        from name in Gen.Elements("app.py", "index.html", "App.cs", "no-extension", "x.json", "go.mod", "sp ace.js")
        select string.Join('/', folders.Append(name));

    // Whole lines that look like something, and characters of every kind.
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Elements("def f():\n", "    return 1\n", "\n", "\n\n", "\r\n", "<file>", "<files path='x'>\n", "< /file>", "</files>\n", "```\n", "text ```js\n", "&lt;", "\"", "'", "/>", "  <file>a.php</file>\n", "<x><file name='b'>c</file>\n", "\t", " ", "\\", "\u2028", "é", "😀", "\0", "\r"),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get),
        ArbMap.Default.GeneratorFor<char>().Select(letter => letter.ToString()));

    private static readonly Gen<string> Content = Piece.ArrayOf().Select(string.Concat).Where(IsPlain);

    private static readonly Gen<(string Path, string Content)[]> FileSet =
        from paths in Path.ArrayOf()
        let distinct = paths.Distinct().ToArray()
        from contents in Content.ArrayOf(distinct.Length)
        select distinct.Zip(contents).ToArray();

    [Fact]
    public void Any_files_in_the_asked_for_form_are_read_back_exactly_but_for_the_final_newline() =>
        Prop.ForAll(FileSet.ToArbitrary(), Gen.Elements("", "Some words.\n\n", "# Files\n").ToArbitrary(), (files, between) =>
        {
            var answer = new StringBuilder(between);
            foreach (var (path, content) in files)
            {
                answer.Append($"<file path=\"{path}\">\n{content}\n</file>\n{between}");
            }

            var reading = FileSetReader.Read(answer.ToString());

            Assert.Equal(files.Select(file => file.Path), reading.Files.Select(file => file.Path));
            Assert.All(files.Zip(reading.Files), pair => Assert.Equal(Trimmed(pair.First.Content), Trimmed(pair.Second.Content!)));
            Assert.All(reading.Files, file => Assert.True(file.Content is "" or [.., '\n']));
            Assert.Equal(files.Length == 0, reading.Problems.Length == 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Any_text_at_all_is_read_without_an_exception_and_gives_files_or_problems() =>
        Prop.ForAll(
            Gen.OneOf(Piece, Gen.Elements("<file path=\"a\">", "<file path='b'>\n", "\n</file>", "</file>\n", "<file path=\"c\" delete=\"true\"/>", "\n<file ", "\n  <file path=d>\n", "path=\"")).ArrayOf().Select(string.Concat).ToArbitrary(),
            answer =>
            {
                var reading = FileSetReader.Read(answer);

                Assert.True(reading.Files.Length + reading.Problems.Length > 0);
                Assert.Equal(reading.Files.Length, reading.Files.DistinctBy(file => file.Path).Count());
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void An_answer_cut_anywhere_never_gives_half_a_file() =>
        Prop.ForAll(FileSet.ToArbitrary(), ArbMap.Default.ArbFor<NonNegativeInt>(), (files, at) =>
        {
            var answer = string.Concat(files.Select(file => $"<file path=\"{file.Path}\">\n{file.Content}\n</file>\n"));
            var whole = FileSetReader.Read(answer).Files;

            var cut = FileSetReader.Read(answer[..(answer.Length == 0 ? 0 : at.Get % answer.Length)]);

            Assert.All(cut.Files, file => Assert.Contains(file, whole));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    // Without the closing tag, but for elements on one line, without lines that begin like an opening one, and without what the reader takes off or
    // refuses on purpose.
    private static bool IsPlain(string written) => IsPlainText(written.Replace("  <file>a.php</file>\n", "\n", StringComparison.Ordinal).Replace("<x><file name='b'>c</file>\n", "\n", StringComparison.Ordinal), written);

    private static bool IsPlainText(string text, string written) =>
        !text.Contains("</file", StringComparison.OrdinalIgnoreCase)
        && !text.Split('\n').Any(line => line.TrimStart(' ', '\t', '\uFEFF').StartsWith("<file", StringComparison.OrdinalIgnoreCase))
        && !text.TrimStart().StartsWith("```", StringComparison.Ordinal)
        && !text.TrimStart().StartsWith("~~~", StringComparison.Ordinal)
        && !Placeholders.Find("x", written).Any();

    private static string Trimmed(string content) => content.TrimEnd('\r', '\n');
}
