using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

public sealed class PathPolicyTests
{
    public static TheoryData<string> Hostile() => [.. HostileNames.All.Where(IsShowable)];

    public static TheoryData<string> Ordinary() => [.. HostileNames.Ordinary];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_name_is_refused_in_words(string path)
    {
        var problem = PathPolicy.Check(path);

        Assert.False(string.IsNullOrWhiteSpace(problem), $"{PathPolicy.Show(path)} passed");
    }

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void An_ordinary_name_passes(string path) => Assert.Null(PathPolicy.Check(path));

    // Names with lone surrogates can't travel through a test runner's own files.
    [Fact]
    public void Every_name_of_the_table_is_refused_those_that_are_not_Unicode_too()
    {
        Assert.True(HostileNames.All.Distinct(StringComparer.Ordinal).Count() >= 120);
        Assert.True(HostileNames.Ordinary.Distinct(StringComparer.Ordinal).Count() >= 60);
        Assert.All(HostileNames.All, path => Assert.NotNull(PathPolicy.Check(path)));
    }

    [Fact]
    public void What_is_wrong_is_said_in_the_order_of_the_policy()
    {
        Assert.Equal("is empty", PathPolicy.Check(""));
        Assert.Equal("is longer than 1024 bytes", PathPolicy.Check("../" + new string('\0', 2000)));
        Assert.Contains("surrogate", PathPolicy.Check("/\uD800\0"), StringComparison.Ordinal);
        Assert.Contains("U+0000", PathPolicy.Check("\\:\0"), StringComparison.Ordinal);
        Assert.Contains("`\\`", PathPolicy.Check(":\uFF0F\\"), StringComparison.Ordinal);
        Assert.Contains("U+FF0F", PathPolicy.Check("/e\u0301\uFF0F"), StringComparison.Ordinal);
        Assert.Contains("normal form C", PathPolicy.Check("/e\u0301"), StringComparison.Ordinal);
        Assert.Contains("absolute", PathPolicy.Check("/~/../con"), StringComparison.Ordinal);
        Assert.Contains("home", PathPolicy.Check("~/../%2e"), StringComparison.Ordinal);
        Assert.Contains("percent", PathPolicy.Check("../%2e"), StringComparison.Ordinal);
        Assert.Contains("`..`", PathPolicy.Check("con/.git/.."), StringComparison.Ordinal);
        Assert.Contains("device", PathPolicy.Check("con/.git"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_ordinary_files_has_no_problem() =>
        Assert.Empty(PathPolicy.CheckSet(HostileNames.Ordinary.Select(path => (path, 1L))));

    [Theory]
    [InlineData("A.cs", "a.cs")]
    [InlineData("straße.txt", "STRASSE.txt")]
    [InlineData("ﬁle.txt", "file.txt")]
    [InlineData("ﬀ", "FF")]
    [InlineData("Ａ.txt", "a.txt")]
    [InlineData("ΣΑΣ", "σας")]
    [InlineData("É.md", "é.md")]
    [InlineData("²", "2")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("A", "a/b")]
    [InlineData("a/b/c", "A/B")]
    [InlineData("Src/a", "src/b")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("a.cs", "b.cs", false)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("e.txt", "é.txt", false)]
    public void Two_files_that_are_one_on_some_file_system_can_not_both_be_there(string first, string second, bool refused = true)
    {
        Assert.Equal(refused ? 1 : 0, PathPolicy.CheckSet([(first, 1), (second, 1)]).Length);
        Assert.Equal(refused ? 1 : 0, PathPolicy.CheckSet([(second, 1), (first, 1)]).Length);
    }

    [Fact]
    public void The_same_path_twice_is_a_problem() => Assert.Equal("`a/b.txt` is there twice.", Assert.Single(PathPolicy.CheckSet([("a/b.txt", 1), ("a/b.txt", 2)])));

    [Fact]
    public void A_folder_that_git_would_take_for_a_repository_is_a_problem_in_any_order()
    {
        string[] files = ["sub/HEAD", "sub/config", "sub/objects/info/x", "sub/refs/heads/main"];

        Assert.Single(PathPolicy.CheckSet(files.Select(path => (path, 1L))));
        Assert.Single(PathPolicy.CheckSet(files.Reverse().Select(path => (path, 1L))));
        Assert.Empty(PathPolicy.CheckSet([("HEAD", 1), ("sub/objects/a", 1), ("sub/refs/b", 1), ("sub/head.c", 1)]));
    }

    [Fact]
    public void Number_and_sizes_are_bounded()
    {
        var many = Enumerable.Range(0, PathPolicy.MaxFiles).Select(number => ($"f{number}", 1L)).ToList();

        Assert.Empty(PathPolicy.CheckSet(many));
        Assert.Contains("2001 files", Assert.Single(PathPolicy.CheckSet([.. many, ("one-more", 1)])), StringComparison.Ordinal);
        Assert.Empty(PathPolicy.CheckSet([("a", PathPolicy.MaxFileBytes)]));
        Assert.Contains("16 MiB", Assert.Single(PathPolicy.CheckSet([("a", PathPolicy.MaxFileBytes + 1)])), StringComparison.Ordinal);
        Assert.Empty(PathPolicy.CheckSet(Enumerable.Range(0, 16).Select(number => ($"f{number}", PathPolicy.MaxFileBytes))));
        Assert.Contains("256 MiB", Assert.Single(PathPolicy.CheckSet(Enumerable.Range(0, 17).Select(number => ($"f{number}", PathPolicy.MaxFileBytes)))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_names_each_bad_path_and_shows_what_can_not_be_seen()
    {
        var problems = PathPolicy.CheckSet([("ok.txt", 1), ("a\u202Eb", 1), ("../x", 1)]);

        Assert.Equal(["`a\\u{202E}b` contains the character U+202E, which can't be seen.", "`../x` leads out of its folder (`..`)."], problems);
    }

    private static bool IsShowable(string path) => !path.Any(char.IsSurrogate) && !path.Contains('\uFFFE', StringComparison.Ordinal);
}
