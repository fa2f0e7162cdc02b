using Conclave.Agents;
using Conclave.Agents.Keys;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Agents.Keys;

/// <summary>The file of keys is for its user alone.</summary>
public sealed class KeyFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder folder = new();

    private string Place => Path.Combine(folder.Path, "keys.json");

    private KeyFile Keys => new(Place);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_stored_key_comes_back_and_nobody_else_can_read_it()
    {
        Assert.Equal(new KeyFileWriting(null, null), Keys.Set("openai", new Secret("sk-one")));
        Assert.Equal(new KeyFileWriting(null, null), Keys.Set("gemini", new Secret("AIza-two")));
        Keys.Set("openai", new Secret("sk-three"));

        Assert.Equal(Private, File.GetUnixFileMode(Place));
        Assert.Equal(["gemini", "openai"], Keys.Read().Keys.Keys);
        Assert.Equal("sk-three", Keys.Read().Keys["openai"].Reveal());
        Assert.Equal([Place], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    [InlineData(UnixFileMode.OtherWrite, "0602")]
    public void A_file_that_others_can_read_or_change_is_not_used_and_the_next_set_makes_it_private_and_says_so(UnixFileMode more, string mode)
    {
        Keys.Set("openai", new Secret("sk-one"));
        File.SetUnixFileMode(Place, Private | more);

        var read = Keys.Read();
        Assert.Empty(read.Keys);
        Assert.Contains($"CONC430 others can read or change {Place} (mode {mode})", read.Problem!.Text, StringComparison.Ordinal);

        Assert.Contains($"had mode {mode}", Keys.Set("gemini", new Secret("AIza-two")).Warning, StringComparison.Ordinal);
        Assert.Equal(Private, File.GetUnixFileMode(Place));
        Assert.Equal(["gemini", "openai"], Keys.Read().Keys.Keys);
    }

    [Theory]
    [InlineData("{\"openai\": \"sk-canary-secret\"")]
    [InlineData("sk-canary-secret")]
    [InlineData("[\"sk-canary-secret\"]")]
    public void A_file_that_is_no_map_is_refused_without_repeating_it_and_is_not_written_over(string text)
    {
        File.WriteAllText(Place, text);
        File.SetUnixFileMode(Place, Private);

        Assert.StartsWith("CONC431", Keys.Read().Problem!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", $"{Keys.Read().Problem}", StringComparison.Ordinal);
        Assert.StartsWith("CONC431", Keys.Set("openai", new Secret("sk-new")).Problem!.Text, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Place));
    }

    [Fact]
    public void A_file_behind_a_link_stays_behind_it()
    {
        var vault = Path.Combine(folder.Path, "vault.json");
        new KeyFile(vault).Set("gemini", new Secret("AIza-two"));
        File.CreateSymbolicLink(Place, vault);

        Keys.Set("openai", new Secret("sk-one"));

        Assert.Equal(["gemini", "openai"], new KeyFile(vault).Read().Keys.Keys);
        Assert.NotNull(new FileInfo(Place).LinkTarget);
    }

    [Fact]
    public void A_removed_key_is_gone_and_one_that_was_never_there_is_no_error()
    {
        Keys.Set("openai", new Secret("sk-one"));
        Assert.Null(Keys.Remove("openai").Problem);
        Assert.Null(Keys.Remove("gemini").Problem);
        Assert.Empty(Keys.Read().Keys);
    }
}
