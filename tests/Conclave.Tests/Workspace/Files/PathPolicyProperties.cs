using Conclave.Workspace.Files;
using FsCheck;
using FsCheck.Fluent;

namespace Conclave.Tests.Workspace.Files;

public sealed class PathPolicyProperties
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Elements("a", "src", "B", ".", "..", "/", "/", "/", "\\", "~", "-", "@", " ", ".git", "con", "%2e", "$HOME", ":", "é", "e\u0301", "\u202E", "\uFF0E", "😀", "\uD800", "git~1", "\n", "x.y"),
        ArbMap.Default.GeneratorFor<char>().Select(letter => letter.ToString()));

    private static readonly Gen<string> AnyPath = Piece.ArrayOf().Select(string.Concat);

    [Fact]
    public void A_path_that_passes_means_the_file_that_it_names_below_the_project() =>
        Prop.ForAll(AnyPath.ToArbitrary(), path =>
        {
            if (PathPolicy.Check(path) is null)
            {
                Assert.Equal($"/project/{path}", Path.GetFullPath(Path.Combine("/project", path)));
                Assert.All(path.Split('/', '\\'), segment => Assert.Equal(segment, segment.TrimEnd('.', ' ')));
                Assert.DoesNotContain(".git", path.Split('/').Select(UnicodeText.Key));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void A_set_without_problems_has_none_in_any_order_and_any_part_of_it() =>
        Prop.ForAll(AnyPath.ArrayOf().ToArbitrary(), paths =>
        {
            if (PathPolicy.CheckSet(paths.Select(path => (path, 1L))).IsEmpty)
            {
                Assert.Empty(PathPolicy.CheckSet(paths.Reverse().Select(path => (path, 1L))));
                Assert.Empty(PathPolicy.CheckSet(paths.Skip(1).Select(path => (path, 1L))));
                Assert.Equal(paths.Length, paths.DistinctBy(UnicodeText.Key).Count());
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
