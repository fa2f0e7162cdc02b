using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

public sealed class EditTests
{
    private const string Base = "def f():\n    x = 1\n    return x\n\n\ndef g():\n    x = 2\n    return x\n";

    [Fact]
    public void A_search_and_replace_block_changes_the_file()
    {
        var reading = Read("a.py\n```\n<<<<<<< SEARCH\n    x = 1\n=======\n    x = 10\n    y = 2\n>>>>>>> REPLACE\n```\n");

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Notes);
        Assert.Equal(Base.Replace("    x = 1\n", "    x = 10\n    y = 2\n", StringComparison.Ordinal), Assert.Single(reading.Files).Content);
    }

    [Fact]
    public void Several_edits_of_a_file_come_together()
    {
        var reading = Read("a.py\n<<<<<<< SEARCH\n    x = 1\n=======\n    x = 10\n>>>>>>> REPLACE\n\n<<<<<<< SEARCH\n    x = 2\n=======\n    x = 20\n>>>>>>> REPLACE\n");

        Assert.Empty(reading.Problems);
        Assert.Equal("def f():\n    x = 10\n    return x\n\n\ndef g():\n    x = 20\n    return x\n", Assert.Single(reading.Files).Content);
    }

    [Theory]
    [InlineData("@@ -6,2 +6,2 @@")]
    [InlineData("@@ -5,90 +6,1 @@ def g():")]
    public void A_line_number_only_chooses_between_equal_places(string head)
    {
        var reading = Read($"```diff\n--- a/a.py\n+++ b/a.py\n{head}\n-    return x\n+    return 3\n```\n");

        Assert.Empty(reading.Problems);
        Assert.Equal("def f():\n    x = 1\n    return x\n\n\ndef g():\n    x = 2\n    return 3\n", Assert.Single(reading.Files).Content);
    }

    [Fact]
    public void A_patch_finds_its_place_below_the_line_that_it_names()
    {
        var reading = Read("*** Begin Patch\n*** Update File: a.py\n@@ def g():\n-    return x\n+    return 3\n*** End Patch\n");

        Assert.Empty(reading.Problems);
        Assert.EndsWith("    x = 2\n    return 3\n", Assert.Single(reading.Files).Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    return x", "stands at 2 places of the file (lines 3, 8)")]
    [InlineData("    x = 1\n    return y", "does not match the file. The nearest place is line 2: `x = 1`")]
    [InlineData("something else", "does not match the file. Its first line is `something else`")]
    [InlineData("", "names no line that stands in the file")]
    public void An_edit_without_a_certain_place_is_a_problem_and_half_an_edit_is_never_applied(string search, string problem)
    {
        var reading = Read($"a.py\n<<<<<<< SEARCH\ndef f():\n=======\ndef h():\n>>>>>>> REPLACE\n<<<<<<< SEARCH\n{(search.Length == 0 ? "" : search + "\n")}=======\n    return 3\n>>>>>>> REPLACE\n");

        Assert.Empty(reading.Files);
        Assert.Contains(problem, Assert.Single(reading.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    x = 1   \n    return x", "with other blanks at the ends of lines")]
    [InlineData("x = 1\nreturn x", "with another indentation, which was kept")]
    public void Other_blanks_are_put_right_and_noted(string search, string note)
    {
        var depth = search.StartsWith(' ') ? "    " : "";
        var reading = Read($"a.py\n<<<<<<< SEARCH\n{search}\n=======\n{depth}return 3\n>>>>>>> REPLACE\n");

        Assert.Empty(reading.Problems);
        Assert.Contains(note, Assert.Single(reading.Notes), StringComparison.Ordinal);
        Assert.StartsWith("def f():\n    return 3\n", Assert.Single(reading.Files).Content, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_moves_with_its_content()
    {
        var reading = Read("```diff\ndiff --git a/a.py b/src/b.py\nrename from a.py\nrename to src/b.py\n--- a/a.py\n+++ b/src/b.py\n@@ -2 +2 @@\n-    x = 1\n+    x = 5\n```\n");

        Assert.Empty(reading.Problems);
        Assert.Equal(["src/b.py", "a.py"], reading.Files.Select(file => file.Path));
        Assert.Contains("x = 5", reading.Files[0].Content, StringComparison.Ordinal);
        Assert.Null(reading.Files[1].Content);
    }

    [Fact]
    public void Windows_line_ends_of_the_file_are_kept()
    {
        var reading = FileSetReader.Read("a.py\n<<<<<<< SEARCH\nb\n=======\nc\nd\n>>>>>>> REPLACE\n", _ => "a\r\nb\r\n");

        Assert.Equal("a\r\nc\r\nd\r\n", Assert.Single(reading.Files).Content);
    }

    [Fact]
    public void An_edit_of_a_file_that_is_not_there_is_a_problem_and_without_base_files_it_is_shown()
    {
        const string Answer = "b.py\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n";

        Assert.Contains("there is no such file", Assert.Single(Read(Answer).Problems), StringComparison.Ordinal);
        var edit = Assert.Single(FileSetReader.Read(Answer).Edits);
        Assert.Equal(("b.py", "a", "b"), (edit.Path, Assert.Single(edit.Hunks).Before[0], edit.Hunks[0].After[0]));
    }

    [Theory]
    [InlineData("package.json", "{ \"a\": 1, }", "line 1 is no JSON")]
    [InlineData("tsconfig.json", "{ // why\n \"a\": 1, }", null)]
    [InlineData("ci.yml", "a: [1, 2", "is no YAML")]
    [InlineData("a.csproj", "<Project><A></Project>", "is no XML")]
    [InlineData("chart/templates/x.yaml", "a: [", null)]
    [InlineData("tests/bad.json", "{", null)]
    [InlineData("a.py", "def (", null)]
    public void A_file_that_no_parser_reads_goes_back_to_its_author(string path, string content, string? problem)
    {
        var found = SyntaxCheck.Problem(path, content);

        Assert.True(problem is null ? found is null : found!.Contains(problem, StringComparison.Ordinal), found);
    }

    private static FileSetReading Read(string answer) => FileSetReader.Read(answer, path => path == "a.py" ? Base : null);
}
