using System.Text;

namespace Conclave.Tests.Agents;

/// <summary>Real exchanges, played back over real HTTP through the real clients. Without a corpus these tests are skipped.</summary>
public sealed class RecordedTrafficTests
{
    // Set by the server itself, or about the connection and not the answer.
    private static readonly string[] OfTheConnection = ["content-length", "transfer-encoding", "connection", "content-encoding"];

    [Theory]
    [MemberData(nameof(RecordedExchange.Ids), MemberType = typeof(RecordedExchange))]
    public async Task A_recorded_exchange_comes_to_the_text_calls_outcome_and_usage_that_its_bytes_say(string id)
    {
        var record = RecordedExchange.Find(id);
        var expected = ExpectedAnswer.Of(record);

        AssertSame(expected, await Replay(record, pieceBytes: int.MaxValue));
        AssertSame(expected, await Replay(record, pieceBytes: 61));
    }

    private static void AssertSame(ExpectedAnswer expected, Heard heard)
    {
        Assert.Equal(expected.Outcome, Vendors.Describe(heard.Outcome));
        Assert.Equal(expected.Text, heard.Outcome.Text?.Text);
        Assert.Equal(expected.Usage, heard.Outcome.Tokens);
        if (expected.StopReason is not null)
        {
            Assert.Equal(expected.StopReason, heard.Outcome.StopReason);
        }

        if (expected.Calls is not null)
        {
            Assert.Equal(expected.Calls, (heard.Outcome.Calls ?? []).Select(call => ExpectedAnswer.Call(call.Id.StartsWith("conclave-", StringComparison.Ordinal) ? null : call.Id, call.Name, call.Arguments.Text)));
        }

        if (expected.Text is not null)
        {
            Assert.Equal(expected.Streamed, heard.Streamed);
        }
    }

    private static async Task<Heard> Replay(RecordedExchange record, int pieceBytes)
    {
        var body = Encoding.UTF8.GetBytes(record.Body);
        await using var server = await LoopbackServer.Start(async context =>
        {
            context.Response.StatusCode = record.Status;
            foreach (var (name, value) in record.Headers.Where(header => !OfTheConnection.Contains(header.Key.ToLowerInvariant())))
            {
                context.Response.Headers[name] = value;
            }

            foreach (var piece in body.Chunk(Math.Min(pieceBytes, Math.Max(1, body.Length))))
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        });
        await using var gateway = Vendors.Gateway(record.Provider, server.Url);
        return await gateway.Ask(Vendors.Question(record.Provider));
    }
}
