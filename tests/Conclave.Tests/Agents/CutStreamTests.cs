using System.Text;
using System.Text.RegularExpressions;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>An answer that breaks off at any byte is in doubt, and never an answer.</summary>
public sealed class CutStreamTests
{
    private static readonly string[] Pieces = ["Grüße, ", "Wörld 🌍 \"quoted\"", "\n", "日本"];

    [Theory]
    [ForEachVendor]
    public async Task A_reply_that_ends_early_is_in_doubt_until_the_last_byte_that_matters(string provider)
    {
        var body = Encoding.UTF8.GetBytes(Vendors.Answer(provider, Pieces));
        var complete = Complete(provider, body);
        await using var server = await CuttingServer.Start(body, aborts: false);
        await using var gateway = Vendors.Gateway(provider, server.Url);
        for (var cut = 0; cut <= body.Length; cut++)
        {
            server.Cut = cut;
            var heard = await gateway.Ask(Vendors.Question(provider));
            if (cut >= complete)
            {
                Assert.Equal(string.Concat(Pieces), Assert.IsType<CallOutcome.Answered>(heard.Outcome).Answer.Text);
            }
            else
            {
                var doubt = Assert.IsType<CallOutcome.InDoubt>(heard.Outcome);
                Assert.StartsWith(doubt.Partial?.Text ?? "", string.Concat(Pieces), StringComparison.Ordinal);
                Assert.Equal(heard.Streamed, doubt.Partial?.Text ?? "");
            }
        }
    }

    [Theory]
    [ForEachVendor]
    public async Task A_connection_that_breaks_is_in_doubt_and_never_an_answer(string provider)
    {
        var body = Encoding.UTF8.GetBytes(Vendors.Answer(provider, Pieces));
        var complete = Complete(provider, body);
        await using var server = await CuttingServer.Start(body, aborts: true);
        await using var gateway = Vendors.Gateway(provider, server.Url);
        for (var cut = 0; cut < complete; cut += 5)
        {
            server.Cut = cut;
            Assert.IsType<CallOutcome.InDoubt>((await gateway.Ask(Vendors.Question(provider))).Outcome);
        }
    }

    [Theory]
    [MemberData(nameof(RecordedAnswers))]
    public async Task A_recorded_answer_is_in_doubt_until_the_last_byte_that_matters_and_then_what_it_was(string id)
    {
        var record = RecordedExchange.Find(id);
        var expected = ExpectedAnswer.Of(record);
        var body = Encoding.UTF8.GetBytes(record.Body);
        var complete = Encoding.UTF8.GetByteCount(record.Body[..EndOfTerminalEvent(record)]);
        await using var server = await CuttingServer.Start(body, aborts: false, record.IsStream ? "text/event-stream" : "application/json");
        await using var gateway = Vendors.Gateway(record.Provider, server.Url);
        foreach (var cut in Cuts(body.Length, complete))
        {
            server.Cut = cut;
            var heard = await gateway.Ask(Vendors.Question(record.Provider));
            if (cut >= complete)
            {
                Assert.True(expected.Outcome == heard.Outcome.GetType().Name, $"cut after {cut} of {body.Length} bytes: {heard.Outcome}");
                Assert.Equal(expected.Text, heard.Outcome.Text?.Text);
            }
            else
            {
                var doubt = Assert.IsType<CallOutcome.InDoubt>(heard.Outcome);
                Assert.Equal(heard.Streamed, doubt.Partial?.Text ?? "");
                Assert.StartsWith(heard.Streamed, expected.Streamed ?? "", StringComparison.Ordinal);
            }
        }
    }

    /// <summary>The answers of each vendor that end well: the five shortest that stream and the two shortest that don't, or all of them in the full run.</summary>
    public static TheoryData<string> RecordedAnswers() => RecordedExchange.Ids is { Count: 1 } none ? none :
    [
        .. Vendors.All.SelectMany(provider => RecordedExchange.Good(provider)
            .Where(record => ExpectedAnswer.Of(record).Outcome is "Answered" or "CutOff" or "Empty")
            .GroupBy(record => record.IsStream)
            .SelectMany(kind => kind.OrderBy(record => record.Body.Length).Take(IsFull ? int.MaxValue : kind.Key ? 5 : 2))
            .Select(record => record.Name)),
    ];

    // After every byte in the full run; else a fixed sample, always with the bytes around the end of the answer and of the reply.
    private static IEnumerable<int> Cuts(int length, int complete) =>
        Enumerable.Range(0, length + 1).Where(cut => IsFull || cut % (1 + (length / 100)) == 0 || Math.Abs(cut - complete) <= 1 || cut == length);

    private static bool IsFull => Environment.GetEnvironmentVariable("CONCLAVE_FULL_TESTS") is { Length: > 0 };

    // The last event completes an answer; of a compatible server it is the one with the reason, before the one with the usage.
    private static int Complete(string provider, byte[] body)
    {
        var end = Array.LastIndexOf(body, (byte)'}');
        return provider == Vendors.Compatible ? body.AsSpan().LastIndexOf("\n\ndata: {\"id\":\"chat_1\""u8) : end + 1;
    }

    private static int EndOfTerminalEvent(RecordedExchange record)
    {
        if (!record.IsStream)
        {
            return record.Body.TrimEnd().Length;
        }

        var end = new Regex(record.Provider switch
        {
            "openai" => "\"type\": ?\"response\\.(completed|incomplete)\"",
            "anthropic" => "\"type\": ?\"message_stop\"",
            Vendors.Compatible => "\"finish_reason\": ?\"",
            _ => "\"finishReason\"",
        }, RegexOptions.NonBacktracking);
        var at = end.Match(record.Body).Index;
        var line = record.Body.IndexOf('\n', at);
        return record.Body.LastIndexOf('}', line < 0 ? record.Body.Length - 1 : line) + 1;
    }

    private sealed class CuttingServer(LoopbackServer server) : IAsyncDisposable
    {
        public int Cut { get; set; }

        public Uri Url => server.Url;

        public static async Task<CuttingServer> Start(byte[] body, bool aborts, string contentType = "text/event-stream")
        {
            CuttingServer? self = null;
            self = new CuttingServer(await LoopbackServer.Start(async context =>
            {
                context.Response.ContentType = contentType;
                await context.Response.Body.WriteAsync(body.AsMemory(0, self!.Cut));
                await context.Response.Body.FlushAsync();
                if (aborts)
                {
                    context.Abort();
                }
            }));
            return self;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
