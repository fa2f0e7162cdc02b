using Conclave.EndToEnd.Running;

namespace Conclave.EndToEnd;

/// <summary>What a user gets who has a repository already.</summary>
public sealed class ImproveTests
{
    [Fact]
    public async Task A_repository_gets_a_verified_branch_and_stays_as_it_was()
    {
        using var machine = new Machine();
        var repository = machine.In("shop");
        Directory.CreateDirectory(repository);
        await File.WriteAllTextAsync(Path.Combine(repository, "price.py"), "def total(prices):\n    return sum(prices)\n");
        await File.WriteAllTextAsync(Path.Combine(repository, "test_price.py"), "import unittest\n\nfrom price import total\n\n\nclass PriceTests(unittest.TestCase):\n    def test_prices_are_added(self):\n        self.assertEqual(5, total([2, 3]))\n");
        foreach (var command in new[] { "init -q -b main", "add -A", "-c user.name=U -c user.email=u@example.com commit -qm start" })
        {
            Assert.Equal(0, (await machine.Run("git", repository, command.Split(' '))).ExitCode);
        }

        await File.AppendAllTextAsync(Path.Combine(repository, "price.py"), "# not committed\n");

        var improved = await machine.Conclave("improve", "shop", "greet people", "--branch", "greeting", "--simulate");

        Assert.True(improved.ExitCode == 0, improved.ToString());
        Assert.Contains("verified: 4 tests passed in the sandbox", improved.Output, StringComparison.Ordinal);
        Assert.Contains("+def greet(name):", improved.Output, StringComparison.Ordinal);
        Assert.Contains("merge greeting", improved.Output, StringComparison.Ordinal);
        Assert.Equal(" M price.py\n", (await machine.Run("git", repository, "status", "--porcelain")).Output);
        Assert.Equal(
            "verify: change conclave_greeting.py\nchange: add 2 files\nstart\n",
            (await machine.Run("git", repository, "log", "--format=%s", "greeting")).Output);
        Assert.Equal("main\n", (await machine.Run("git", repository, "branch", "--show-current")).Output);
    }

    [Fact]
    public async Task A_folder_that_is_no_repository_is_refused_before_anything_is_asked()
    {
        using var machine = new Machine();

        var refused = await machine.Conclave("improve", ".", "greet people", "--simulate");

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("CONC745", refused.Error, StringComparison.Ordinal);
    }
}
