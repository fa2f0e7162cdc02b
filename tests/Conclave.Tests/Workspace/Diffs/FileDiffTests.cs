using Conclave.Engine.Journal;
using Conclave.Tests.Engine.Laws;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Diffs;

namespace Conclave.Tests.Workspace.Diffs;

/// <summary>Differences between files are what git understands: whoever applies them has the other file.</summary>
public sealed class FileDiffTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void A_change_is_shown_with_its_surroundings_and_counted()
    {
        var diff = Of("src/app.py", "a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nE\nf\ng\nh\n");

        Assert.Equal("diff --git a/src/app.py b/src/app.py\n--- a/src/app.py\n+++ b/src/app.py\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n", diff.Text);
        Assert.Equal((1, 1, true), (diff.Added, diff.Removed, diff.IsText));
    }

    [Theory]
    [InlineData(null, "x\n", "new file mode 100644\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n")]
    [InlineData("x\n", null, "deleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n")]
    [InlineData("x", "x\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n")]
    [InlineData("x\r\n", "x\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\r\n+x\n")]
    [InlineData(null, "", "new file mode 100644\n")]
    [InlineData("x\n", "#!/bin/sh\n", "old mode 100644\nnew mode 100755\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+#!/bin/sh\n")]
    [InlineData("x\n", "x\0\n", "Binary files a/f and b/f differ\n")]
    public void Files_that_come_and_go_and_the_ends_of_lines_are_told_as_git_tells_them(string? before, string? after, string shown) =>
        Assert.Equal($"diff --git a/f b/f\n{shown}", Of("f", before, after).Text);

    [Fact]
    public void Bytes_that_are_no_text_are_not_shown_as_if_they_were() =>
        Assert.False(FileDiff.Of("f", Blob.Of([0xFF, 0xFE, 1]), Blob.Of([0xFF, 0xFE, 2])).IsText);

    [Fact]
    public async Task Git_makes_the_other_file_of_it_whatever_the_files_are()
    {
        await UserGit.Run(temp.Path, null, "init", "-q", ".");
        await Seeds.Each(40, 1000, async seed =>
        {
            var random = new Random(seed);
            var before = seed % 9 == 0 ? null : Lines(random, []);
            var after = seed % 7 == 0 && before is not null ? null : Lines(random, before ?? []);
            var path = seed % 5 == 0 ? "a b/ü.txt" : "f.txt";
            var file = temp[path];
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.Delete(file);
            if (before is not null)
            {
                await File.WriteAllTextAsync(file, string.Concat(before));
            }

            var diff = Of(path, before is null ? null : string.Concat(before), after is null ? null : string.Concat(after));
            await File.WriteAllTextAsync(temp["patch"], diff.Text);
            if (diff.Text.Contains('\n', StringComparison.Ordinal) && diff.Text.Split('\n').Length > 2)
            {
                var (code, _, errors) = await UserGit.TryRun(temp.Path, null, "apply", "--whitespace=nowarn", "patch");
                Assert.True(code == 0, $"{errors}\n{diff.Text}");
            }

            Assert.Equal(after is null ? null : string.Concat(after), File.Exists(file) ? await File.ReadAllTextAsync(file) : null);
        });
    }

    [Fact]
    public void What_is_too_long_to_compare_line_by_line_is_still_the_whole_truth()
    {
        var before = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i}\n"));
        var after = string.Concat(Enumerable.Range(0, 30_000).Reverse().Select(i => $"{i}\n"));

        var diff = Of("f", before, after);

        Assert.Equal((30_000, 30_000), (diff.Added, diff.Removed));
    }

    private static FileDiff Of(string path, string? before, string? after) =>
        FileDiff.Of(path, before is null ? null : Blob.Of(before), after is null ? null : Blob.Of(after));

    // Few words, so that many lines are alike; some without an end, some with two.
    private static List<string> Lines(Random random, IReadOnlyList<string> from)
    {
        var lines = from.Where(_ => random.Next(8) > 0).ToList();
        for (var i = random.Next(12); i >= 0; i--)
        {
            lines.Insert(random.Next(lines.Count + 1), $"{"abc"[random.Next(3)]}{(random.Next(6) == 0 ? "\r" : "")}\n");
        }

        lines[^1] = random.Next(3) == 0 ? lines[^1].TrimEnd() : lines[^1];
        return [.. lines.SkipLast(1).Select(line => line.EndsWith('\n') ? line : $"{line}\n"), lines[^1]];
    }
}
