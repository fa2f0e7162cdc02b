using System.Text;
using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

public sealed class TreeLayoutTests : IDisposable
{
    private readonly TempFolder temp = new();

    /// <summary>The ways to write a tree: with <c>openat2</c>, without it, and the way of other systems.</summary>
    public static TheoryData<string> Ways() => OperatingSystem.IsLinux() ? ["openat2", "openat", "portable"] : ["portable"];

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Files_are_laid_out_in_folders_with_fixed_modes()
    {
        TreeLayout.Write(temp["tree"], [File("README.md", "hi"), File("src/a/b.py", "x"), File("src/run.sh", "#!/bin/sh\n"), File("src/run.txt", "#!/bin/sh\n"), File("empty", "")]);

        Assert.Equal(["README.md: hi", "empty: ", "src/", "src/a/", "src/a/b.py: x", "src/run.sh: #!/bin/sh\n", "src/run.txt: #!/bin/sh\n"], TempFolder.Listing(temp["tree"]));
        Assert.Equal("644 755 755 755 644", string.Join(' ', new[] { "README.md", "src", "src/a", "src/run.sh", "src/run.txt" }.Select(Mode)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Each_way_writes_the_same(string way)
    {
        using (var writer = Writer(way, temp["tree"]))
        {
            writer.MakeFolder("a");
            writer.MakeFolder("a/b");
            writer.WriteFile("a/b/c.txt", "deep"u8, program: false);
            writer.WriteFile("run", "x"u8, program: true);
        }

        Assert.Equal(["a/", "a/b/", "a/b/c.txt: deep", "run: x"], TempFolder.Listing(temp["tree"]));
        Assert.Equal("755 644 755", string.Join(' ', new[] { "a/b", "a/b/c.txt", "run" }.Select(Mode)));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nothing_that_exists_is_opened_replaced_or_followed(string way)
    {
        System.IO.File.WriteAllText(temp["secret"], "mine");
        Directory.CreateDirectory(temp["elsewhere"]);
        using var writer = Writer(way, temp["tree"]);
        System.IO.File.CreateSymbolicLink(temp["tree/link"], temp["secret"]);
        System.IO.File.CreateSymbolicLink(temp["tree/dangling"], temp["new"]);
        System.IO.File.CreateSymbolicLink(temp["tree/folder"], temp["elsewhere"]);
        writer.WriteFile("file", "1"u8, program: false);

        Assert.Throws<IOException>(() => writer.WriteFile("file", "2"u8, program: false));
        Assert.Throws<IOException>(() => writer.WriteFile("link", "2"u8, program: false));
        Assert.Throws<IOException>(() => writer.WriteFile("dangling", "2"u8, program: false));
        Assert.Throws<IOException>(() => writer.MakeFolder("folder"));
        Assert.Equal("mine", System.IO.File.ReadAllText(temp["secret"]));
        Assert.Equal("1", System.IO.File.ReadAllText(temp["tree/file"]));
        Assert.False(System.IO.File.Exists(temp["new"]));
    }

    [Theory]
    [InlineData("openat2")]
    [InlineData("openat")]
    public void A_folder_that_was_swapped_for_a_link_is_not_followed(string way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the promise is made on Linux");
        Directory.CreateDirectory(temp["elsewhere/deep"]);
        using var writer = Writer(way, temp["tree"]);
        writer.MakeFolder("a");
        writer.MakeFolder("a/deep");
        Directory.Move(temp["tree/a"], temp["tree/moved"]);
        System.IO.File.CreateSymbolicLink(temp["tree/a"], temp["elsewhere"]);

        Assert.Throws<IOException>(() => writer.WriteFile("a/x", "1"u8, program: false));
        Assert.Throws<IOException>(() => writer.WriteFile("a/deep/x", "1"u8, program: false));
        Assert.Throws<IOException>(() => writer.MakeFolder("a/new"));
        Assert.Equal(["deep/"], TempFolder.Listing(temp["elsewhere"]));
    }

    [Fact]
    public void The_kernel_keeps_the_way_beneath_the_directory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the promise is made on Linux");
        Directory.CreateDirectory(temp["root"]);
        using var root = LinuxCalls.OpenAt(LinuxCalls.CurrentDirectory, temp["root"], LinuxCalls.Directory, 0);

        Assert.Throws<IOException>(() => LinuxCalls.TryOpenBeneath(LinuxCalls.Descriptor(root), "..", LinuxCalls.Directory));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_directory_is_always_a_fresh_one(string way)
    {
        Directory.CreateDirectory(temp["there"]);
        System.IO.File.CreateSymbolicLink(temp["link"], temp["there"]);
        System.IO.File.CreateSymbolicLink(temp["dangling"], temp["nowhere"]);
        System.IO.File.WriteAllText(temp["file"], "");

        Assert.All(new[] { "there", "link", "dangling", "file" }, name => Assert.Throws<IOException>(() => Writer(way, temp[name]).Dispose()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp["there"]));
        Assert.False(Directory.Exists(temp["nowhere"]));
    }

    [Fact]
    public void What_the_policy_refuses_is_refused_before_anything_is_written()
    {
        foreach (var path in HostileNames.All)
        {
            Assert.Throws<ArgumentException>(() => TreeLayout.Write(temp["tree"], [File("fine.txt", "x"), File(path, "x")]));
        }

        Assert.Throws<ArgumentException>(() => TreeLayout.Write(temp["tree"], [File("a", "x"), File("A", "x")]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path));
    }

    [Fact]
    public void Ordinary_names_of_all_kinds_come_out_as_they_were_written()
    {
        var files = HostileNames.Ordinary;

        TreeLayout.Write(temp["tree"], files.Select(path => File(path, path)));

        Assert.All(files, path => Assert.Equal(path, System.IO.File.ReadAllText(Path.Combine(temp["tree"], path))));
    }

    private static (string Path, ReadOnlyMemory<byte> Content) File(string path, string content) => (path, Encoding.UTF8.GetBytes(content));

    private static ITreeWriter Writer(string way, string directory) => way == "portable" ? new PortableTreeWriter(directory) : new LinuxTreeWriter(directory, useOpenAt2: way == "openat2");

    private string Mode(string name) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)System.IO.File.GetUnixFileMode(temp[$"tree/{name}"]), 8);
}
