using System.Security.Cryptography;
using System.Text;
using Conclave.Simulator;
using Conclave.Simulator.Ledgers;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Simulator;

/// <summary>The record of calls that tests and people compare with what a client believes.</summary>
public sealed class LedgerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_in_the_ledger_before_its_reply_starts_and_ends_there_before_the_client_knows()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n    latency: 10s\n    thinking_tokens: 5\n", clock: clock);
        using var request = WireRequest.Of(WireFormat.Messages, simulator.Server, "<task name=\"greet\">", streamed: true);

        using var response = await simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var before = Assert.Single(simulator.Calls());
        var body = response.Content.ReadAsStringAsync(Cancel);
        while (!body.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var after = Assert.Single(simulator.Calls());
        Assert.Null(before.End);
        Assert.Equal((1, Vendor.Anthropic, "greet", "claude-opus-5-5", 0, true), (before.Number, before.Vendor, before.Task, before.Model, before.Rule, before.Streamed));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("<task name=\"greet\">"u8)), before.PromptSha256);
        Assert.Equal(("answered", 5, 7), (after.End!.Outcome, after.End.InputTokens, after.End.OutputTokens));
        Assert.EndsWith("data: {\"type\":\"message_stop\"}\n\n", await body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_are_two_hundred_lines_each_once()
    {
        await using var simulator = await TestSimulator.Start("""
              - match: { nth: 100 }
                reply: The hundredth.
              - reply: Another.
            """);
        var formats = Enum.GetValues<WireFormat>();

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => simulator.Ask(formats[i % 4], $"call {i}", streamed: i % 3 == 0)));

        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Single(replies, reply => reply.Body.Contains("The hundredth.", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 200), simulator.Calls().Select(call => call.Number));
        Assert.All(simulator.Calls(), call => Assert.Equal("answered", call.End!.Outcome));
        Assert.Equal(200, simulator.Calls().Select(call => call.PromptSha256).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(400, (await File.ReadAllLinesAsync(Ledger.FileOf(simulator.Ledgers, "default"), Cancel)).Length);
    }

    [Fact]
    public async Task A_line_that_a_crash_tore_is_left_out_and_then_cut_off()
    {
        var ledgers = TestSimulator.NewFolder();
        var file = Ledger.FileOf(ledgers, "default");
        await using (var first = await TestSimulator.Start("  - reply: Hello.\n", ledgers))
        {
            await first.Ask(WireFormat.Chat, "one");
            await first.Ask(WireFormat.Chat, "two");
        }

        var whole = await File.ReadAllBytesAsync(file, Cancel);
        var lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        var tails = Enumerable.Range(lastLine, whole.Length - lastLine).Where(end => end % 7 == 0).Select(end => whole[lastLine..end]);
        foreach (var torn in tails.Append(Encoding.UTF8.GetBytes("{\"kind\":\"" + new string('x', 10_000))))
        {
            await File.WriteAllBytesAsync(file, [.. whole[..lastLine], .. torn], Cancel);
            var calls = Ledger.Read(file);
            Assert.Equal(2, calls.Length);
            Assert.Null(calls[1].End);

            await using var second = await TestSimulator.Start("  - reply: Hello.\n", ledgers);
            await second.Ask(WireFormat.Chat, "three");
            Assert.Equal([1, 2, 3], second.Calls().Select(call => call.Number));
            Assert.EndsWith("}\n", await File.ReadAllTextAsync(file, Cancel), StringComparison.Ordinal);
        }

        Directory.Delete(ledgers, recursive: true);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_an_aborted_call_with_the_tokens_it_got()
    {
        var ledgers = TestSimulator.NewFolder();
        var clock = new FakeTimeProvider();
        await using (var simulator = await TestSimulator.Start("  - reply: It was a dark and stormy night.\n    tokens_per_second: 2\n", ledgers, clock))
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            using var request = WireRequest.Of(WireFormat.GenerateContent, simulator.Server, "go", streamed: true);
            using var response = await simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            await using var body = await response.Content.ReadAsStreamAsync(leave.Token);
            Assert.NotEqual(0, await body.ReadAsync(new byte[1], leave.Token));
            await leave.CancelAsync();
        }

        var call = Assert.Single(Ledger.Read(Ledger.FileOf(ledgers, "default")));
        Assert.Equal(("aborted", 1, 1), (call.End!.Outcome, call.End.InputTokens, call.End.OutputTokens));
        Directory.Delete(ledgers, recursive: true);
    }

    [Fact]
    public async Task A_simulator_that_stops_notes_its_open_calls_as_aborted()
    {
        var ledgers = TestSimulator.NewFolder();
        Task<HttpResponseMessage> open;
        using var http = new HttpClient();
        await using (var simulator = await TestSimulator.Start("  - reply: Hello.\n    latency: 1h\n", ledgers))
        {
            using var request = WireRequest.Of(WireFormat.Responses, simulator.Server, "go", streamed: true);
            open = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            await open;
        }

        using var response = await open;
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("aborted", Assert.Single(Ledger.Read(Ledger.FileOf(ledgers, "default"))).End!.Outcome);
        Directory.Delete(ledgers, recursive: true);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_answers_no_call()
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");
        Directory.CreateDirectory(Ledger.FileOf(simulator.Ledgers, "default"));

        var (status, body) = await simulator.Ask(WireFormat.Messages, "go");

        Assert.Equal(500, status);
        Assert.Contains("The simulator's ledger can't be used: ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_directory_belongs_to_one_simulator_at_a_time()
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");

        var error = await Assert.ThrowsAsync<IOException>(() => TestSimulator.Start("  - reply: Hello.\n", simulator.Ledgers));

        Assert.Contains(simulator.Ledgers, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\n", ":3:")]
    [InlineData("{\"kind\":\"received\",\"number\":1,\"time\":\"2026-11-22T09:00:00+00:00\",\"vendor\":\"openai\",\"model\":\"m\",\"prompt_sha256\":\"\",\"streamed\":false,\"fits\":[]}\n", ":3:")]
    [InlineData("{\"kind\":\"completed\",\"number\":9,\"time\":\"2026-11-22T09:00:00+00:00\",\"outcome\":\"answered\",\"input_tokens\":1,\"output_tokens\":1}\n", ":3:")]
    public async Task A_damaged_ledger_is_not_read_as_a_shorter_one(string line, string place)
    {
        await using var simulator = await TestSimulator.Start("  - reply: Hello.\n");
        await simulator.Ask(WireFormat.Chat, "go");
        var file = Ledger.FileOf(simulator.Ledgers, "default");
        var copy = file + ".copy";
        File.Copy(file, copy);
        await File.AppendAllTextAsync(copy, line, Encoding.UTF8, Cancel);

        var error = Assert.Throws<InvalidDataException>(() => Ledger.Read(copy));

        Assert.Contains(copy + place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_without_calls_has_an_empty_ledger() => Assert.Empty(Ledger.Read(Ledger.FileOf(Path.GetTempPath(), "no-such-scope")));
}
