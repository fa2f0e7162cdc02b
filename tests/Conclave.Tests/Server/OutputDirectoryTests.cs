using Conclave.Server.Hosting;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Server;

/// <summary>Before anything is paid it is known that the result can be delivered.</summary>
public sealed class OutputDirectoryTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("new")]
    [InlineData("several/new/folders")]
    public void A_place_that_can_be_made_is_taken_and_nothing_is_left_there(string name)
    {
        Assert.Equal(temp[name], OutputDirectory.Take(temp[name] + "/").Value);
        Assert.Empty(TempFolder.Listing(temp.Path));
    }

    [Theory]
    [InlineData("/proc/conclave", "can't be written")]
    [InlineData("/proc/conclave/deeper", "can't be written")]
    [InlineData("/dev/null/x", "is not a folder")]
    [InlineData("/dev/null", "is a file")]
    [InlineData("/", "is not empty")]
    public void A_place_that_can_never_be_written_is_refused(string path, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the places are of Linux");
        var refusal = OutputDirectory.Take(path).Refusal;
        Assert.Equal(RefusalKind.Invalid, refusal?.Kind);
        Assert.StartsWith("CONC201 ", refusal!.Text, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_parent_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may write everywhere");
        Directory.CreateDirectory(temp["sealed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains("can't be written", OutputDirectory.Take(temp["sealed/x"]).Refusal?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_an_empty_directory_stands_for_the_directory()
    {
        Directory.CreateDirectory(temp["target"]);
        File.CreateSymbolicLink(temp["link"], temp["target"]);
        File.CreateSymbolicLink(temp["second"], "link");
        File.CreateSymbolicLink(temp["dangling"], temp["not-yet"]);

        Assert.Equal(temp["target"], OutputDirectory.Take(temp["link"]).Value);
        Assert.Equal(temp["target"], OutputDirectory.Take(temp["second"]).Value);
        Assert.Equal(temp["not-yet"], OutputDirectory.Take(temp["dangling"]).Value);
    }

    [Fact]
    public void A_link_that_leads_nowhere_or_to_something_full_is_refused()
    {
        File.CreateSymbolicLink(temp["loop"], temp["loop"]);
        Directory.CreateDirectory(temp["full/x"]);
        File.CreateSymbolicLink(temp["link"], temp["full"]);

        Assert.Contains("CONC201", OutputDirectory.Take(temp["loop"]).Refusal?.Text, StringComparison.Ordinal);
        Assert.Contains("is not empty", OutputDirectory.Take(temp["link"]).Refusal?.Text, StringComparison.Ordinal);
    }
}
