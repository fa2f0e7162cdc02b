using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

public sealed class FileSetReaderTests
{
    [Fact]
    public void Blocks_are_read_in_order_and_the_text_around_them_is_ignored()
    {
        var reading = FileSetReader.Read("""
            Here are the files. I use `<file path="...">` blocks as asked:

            <file path="src/app.py">
            def main():
                return "<file>"

            </file>

            And the page:
            <file path='static/index.html'>
            <h1>Hi</h1>
            </file>
            That is all. Each block ends with </file> as asked.
            """);

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Notes);
        Assert.Equal([new AnswerFile("src/app.py", "def main():\n    return \"<file>\"\n"), new AnswerFile("static/index.html", "<h1>Hi</h1>\n")], reading.Files);
    }

    [Theory]
    [InlineData("<file path=\"a.txt\">\nx\n</file>")]
    [InlineData("<file path='a.txt'>\nx\n</file>")]
    [InlineData("<file path=a.txt>\nx\n</file>")]
    [InlineData("<file  path = \"a.txt\"  language=\"text\" >\nx\n</file>")]
    [InlineData("<file language='text' path=\"a.txt\">\nx\n</file >")]
    [InlineData("<File Path=\"a.txt\">\nx\n</FILE>")]
    [InlineData("<file\n  path=\"a.txt\"\n>\nx\n</file>")]
    [InlineData("<file path=\"./a.txt\">\nx\n</file>")]
    [InlineData("<file path=\"a.txt\">\r\nx\r\n</file>\r\n")]
    [InlineData("<file path=\"a.txt\">x</file>")]
    [InlineData("<file path=\"a.txt\">x\n</file>")]
    [InlineData("<file path=\"a.txt\">\nx</file>")]
    [InlineData("<file path=\"a.txt\">\nx\n\n\n</file>")]
    [InlineData("<file path=\"a.txt\">  \nx\n</file>  ")]
    [InlineData("<file path=\"a.txt\">\nx\n  </file>")]
    [InlineData("  <file path=\"a.txt\">\nx\n  </file>")]
    [InlineData("\uFEFF<file path=\"a.txt\">\nx\n</file>")]
    [InlineData("```xml\n<file path=\"a.txt\">\nx\n</file>\n```")]
    [InlineData("<file path=\"a.txt\">\n```\nx\n```\n</file>")]
    [InlineData("<file path=\"a.txt\">\n```text\nx\n```\n</file>", "a.txt", "```text\nx\n```\n")]
    [InlineData("<file path=\"a.py\">\n```python\nx\n```\n</file>", "a.py")]
    [InlineData("<file path=\"a.py\">\n\n~~~~ title=\"a.py\"\nx\n~~~~\n\n</file>", "a.py")]
    [InlineData("<file path=\"a.py\">\r\n```python\r\nx\r\n```\r\n</file>", "a.py")]
    [InlineData("<file path=\"my file.txt\">\nx\n</file>", "my file.txt")]
    [InlineData("<file path='a\"b.txt'>\nx\n</file>", "a\"b.txt")]
    [InlineData("<file path=\"a>b.txt\">\nx\n</file>", "a>b.txt")]
    [InlineData("<file path=\"a.txt\">\n\nx\n</file>", "a.txt", "\nx\n")]
    [InlineData("<file path=\"a.txt\">\n  x  \n</file>", "a.txt", "  x  \n")]
    [InlineData("<file path=\"a.bat\">\nx\r\ny\r\n</file>", "a.bat", "x\r\ny\r\n")]
    [InlineData("<file path=\"a.txt\">\n</file>", "a.txt", "")]
    [InlineData("<file path=\"a.txt\"></file>", "a.txt", "")]
    [InlineData("<file path=\"a.txt\">\n\n\n</file>", "a.txt", "")]
    [InlineData("<file path=\"a.txt\">\na &lt; b &amp; c\n</file>", "a.txt", "a &lt; b &amp; c\n")]
    public void Every_way_to_write_the_asked_for_form_is_read(string answer, string path = "a.txt", string content = "x\n")
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Problems);
        Assert.Equal(new AnswerFile(path, content), Assert.Single(reading.Files));
    }

    [Theory]
    [InlineData("<file path=\"old.py\" delete=\"true\"/>")]
    [InlineData("<file path='old.py' delete='TRUE' />")]
    [InlineData("<file delete=true path=old.py />")]
    [InlineData("<file path=\"old.py\" delete=\"true\"></file>")]
    [InlineData("<file path=\"old.py\" delete=\"true\">\n</file>")]
    [InlineData("<file path=\"old.py\" delete=\"true\">\nI no longer need it.")]
    public void A_file_can_be_deleted(string answer)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Problems);
        Assert.Equal(new AnswerFile("old.py", null), Assert.Single(reading.Files));
    }

    [Fact]
    public void Several_blocks_may_share_a_line()
    {
        var reading = FileSetReader.Read("<file path=\"a\">1</file><file path=\"b\">2</file> <file path=\"c\" delete=\"true\"/>\n<file path=\"d\">\n4\n</file><file path=\"e\">\n5\n</file>");

        Assert.Empty(reading.Problems);
        Assert.Equal([new("a", "1\n"), new("b", "2\n"), new("d", "4\n"), new("e", "5\n")], reading.Files.Where(file => file.Path != "c"));
    }

    [Fact]
    public void Of_the_same_path_twice_the_last_wins_where_it_stands_and_it_is_noted()
    {
        var reading = FileSetReader.Read("<file path=\"a\">1</file>\n<file path=\"b\">2</file>\n<file path=\"./a\">3</file>");

        Assert.Equal([new("b", "2\n"), new("a", "3\n")], reading.Files);
        Assert.Equal("`a` came 2 times; the last one is taken", Assert.Single(reading.Notes));
        Assert.True(reading.IsComplete);
    }

    [Fact]
    public void Of_the_same_path_twice_the_last_whole_one_wins_and_the_cut_one_is_still_a_problem()
    {
        var reading = FileSetReader.Read("<file path=\"a\">\n1\n</file>\n<file path=\"a\">\n2, and then the answer");

        Assert.Equal(new AnswerFile("a", "1\n"), Assert.Single(reading.Files));
        Assert.Contains("`a` does not end", Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_closing_tag_inside_a_string_is_content_when_another_one_alone_on_its_line_ends_the_block()
    {
        var reading = FileSetReader.Read("<file path=\"form.py\">\nEND = \"</file>\"\nXML = '''<file>x</file>\n  </file>\n'''\n</file>\n<file path=\"b\">\ny\n</file>");

        Assert.Empty(reading.Problems);
        Assert.Equal([new("form.py", "END = \"</file>\"\nXML = '''<file>x</file>\n  </file>\n'''\n"), new("b", "y\n")], reading.Files);
    }

    [Fact]
    public void A_content_may_have_the_tags_deeper_than_the_block_that_it_stands_in()
    {
        var reading = FileSetReader.Read("<file path=\"phpunit.xml\">\n<suite>\n  <file>a.php</file>\n  <file path=\"b\">\n  </file>\n  <file path=\"c\"/>\n</suite>\n</file>\n");

        Assert.Empty(reading.Problems);
        Assert.Equal("<suite>\n  <file>a.php</file>\n  <file path=\"b\">\n  </file>\n  <file path=\"c\"/>\n</suite>\n", Assert.Single(reading.Files).Content);
    }

    [Theory]
    [InlineData("<file path=\"a\">\n1\n</file>\n  <file path=\"b\">\n2\n  </file>\n")]
    [InlineData("<file path=\"a\">1</file>\n  <file path=\"b\">2</file>\n")]
    [InlineData("<file path=\"a\">\n1\n</file>\n  <file path=\"b\">\n2\n</file>\n")]
    [InlineData("  <file path=\"a\">\n1\n  </file>\n<file path=\"b\">\n2\n</file>\n")]
    [InlineData("1. <file>s:\n\n   <file path=\"a\">\n1\n   </file>\n2. And:\n   <file path=\"b\">\n2\n   </file>\n")]
    public void Blocks_may_be_indented_one_way_or_the_other(string answer)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Problems);
        Assert.Equal([new AnswerFile("a", "1\n"), new AnswerFile("b", "2\n")], reading.Files);
    }

    [Fact]
    public void Elements_of_a_content_that_begin_and_end_on_one_line_are_no_tags()
    {
        var reading = FileSetReader.Read("<file path=\"phpunit.xml\">\n<suite>\n<file>a.php</file>\n<x><file name='b'>b.php</file>\n</suite></file>");

        Assert.Empty(reading.Problems);
        Assert.Equal("<suite>\n<file>a.php</file>\n<x><file name='b'>b.php</file>\n</suite>\n", Assert.Single(reading.Files).Content);
    }

    [Theory]
    [InlineData("<file path=\"a\">\n<suite>\n  <file>a.php</file>\n")]
    [InlineData("<file path=\"a\">\n<suite>\n  <file>a.php</file>\n  <file>b.php</file>")]
    public void A_cut_content_with_elements_of_its_own_is_not_taken_for_whole(string answer)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Files);
        Assert.Contains("`a` does not end", Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<file path=\"a\">\n<file>\nx\n</file>")]
    [InlineData("<file path=\"a\">\nx\n</file>\ny\n</file>")]
    [InlineData("<file path=\"a\">\nx = '</file>\n' + '</file>\n'")]
    [InlineData("<file path=\"a\">\n  <file path=\"b\">\n  </file>\n")]
    [InlineData("<file path=\"a\">\nx\n</file>\nEach block ends with </file>\n")]
    public void An_end_that_is_not_certain_is_a_problem_and_nothing_is_guessed(string answer)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Files);
        Assert.Contains("not certain where the block for `a` ends", Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<file path=\"a\">\nx = 1\n")]
    [InlineData("<file path=\"a\">")]
    [InlineData("<file path=\"a\">\nx = '</file>'\ny = 2")]
    public void A_block_without_its_end_is_a_problem(string answer)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Files);
        Assert.Equal("The block for `a` does not end with </file>, so the answer was cut or the tag was forgotten. Send the whole file again.", Assert.Single(reading.Problems));
    }

    [Fact]
    public void A_forgotten_end_does_not_swallow_the_next_file()
    {
        var reading = FileSetReader.Read("<file path=\"a\">\nx\n<file path=\"b\">\ny\n</file>");

        Assert.Equal(new AnswerFile("b", "y\n"), Assert.Single(reading.Files));
        Assert.Contains("`a` does not end", Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<file>\nx\n</file>", "<file>")]
    [InlineData("<file path=\"\">\nx\n</file>", "<file path=\"\">")]
    [InlineData("<file path=“a.py”>\nx\n</file>", "<file path=“a.py”>")]
    [InlineData("<file path=\"a\" path=\"b\">\nx\n</file>", "<file path=\"a\" path=\"b\">")]
    [InlineData("Done.\n<file path=\"src/ap", "<file path=\"src/ap")]
    [InlineData("<file", "<file")]
    public void A_tag_without_a_readable_path_is_a_problem(string answer, string tag)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Files);
        Assert.Equal($"The tag `{tag}` names no path. Write it as <file path=\"...\">.", Assert.Single(reading.Problems));
    }

    [Theory]
    [InlineData("<file path=\"a\"/>", "neither a content nor delete")]
    [InlineData("<file path=\"a\" delete=\"false\"/>", "neither a content nor delete")]
    [InlineData("<file path=\"a\" delete=\"true\">\nx\n</file>", "deleted and has a content")]
    [InlineData("<file path=\"a.py\">\n```python\nx = 1\n</file>", "begins with a code fence")]
    [InlineData("<file path=\"a.py\">\n```python\nx = 1\n```\nThis sets x.\n</file>", "begins with a code fence")]
    public void A_block_that_contradicts_itself_is_a_problem(string answer, string problem)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Files);
        Assert.Contains(problem, Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("I am sorry, I can't do that.")]
    [InlineData("```python\nprint(1)\n```")]
    [InlineData("</file>")]
    [InlineData("The form is `<file path=\"x\">`, and <filename> or <files path=\"x\"> are something else.")]
    public void An_answer_without_files_is_a_problem_that_shows_the_form(string answer)
    {
        var reading = FileSetReader.Read(answer);

        Assert.Empty(reading.Files);
        Assert.Contains(FileSetReader.Form, Assert.Single(reading.Problems), StringComparison.Ordinal);
        Assert.Contains("delete=\"true\"", reading.Problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("README.md", "```markdown\n# Title\n\n```sh\nmake\n```\n```", "# Title\n\n```sh\nmake\n```\n")]
    [InlineData("README.md", "````md\n# Title\n```\nx\n```\n````", "# Title\n```\nx\n```\n")]
    [InlineData("README.md", "```\n# Title\n```", "# Title\n")]
    [InlineData("README.md", "```sh\nmake\n```\n\nand\n\n```sh\nmake test\n```", "```sh\nmake\n```\n\nand\n\n```sh\nmake test\n```\n")]
    [InlineData("README.md", "```sh\nmake\n```", "```sh\nmake\n```\n")]
    [InlineData("doc.py", "'''\n```\nx\n```\n'''", "'''\n```\nx\n```\n'''\n")]
    public void A_fence_that_belongs_to_the_file_stays(string path, string written, string content) =>
        Assert.Equal(new AnswerFile(path, content), Assert.Single(FileSetReader.Read($"<file path=\"{path}\">\n{written}\n</file>").Files));

    [Fact]
    public void A_long_answer_of_broken_tags_is_read_in_linear_time()
    {
        var answer = string.Concat(Enumerable.Repeat("<file path=\"a\"><file x=\"</file  <file a=\"1\" b=\"2\" ", 40_000)) + string.Concat(Enumerable.Repeat("\n<file path=\"a", 40_000));

        Assert.NotEmpty(FileSetReader.Read(answer).Problems);
        Assert.NotEmpty(FileSetReader.Read($"<file path=\"a\">\n{string.Concat(Enumerable.Repeat("<file>\n</file>\n", 100_000))}").Problems);
        Assert.Equal("x\n", Assert.Single(FileSetReader.Read($"<file path=\"a\">\nx{new string('\n', 2_000_000)}</file>").Files).Content);
        Assert.Single(FileSetReader.Read($"<file path=\"a\">\n{string.Concat(Enumerable.Repeat("  <file>\n    a\n  </file>\n", 50_000))}</file>").Files);
    }
}
