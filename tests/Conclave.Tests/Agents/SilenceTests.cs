using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Agents;

/// <summary>Replies that do not come, or do not end, and the user who does not want to wait.</summary>
public sealed class SilenceTests
{
    [Theory]
    [ForEachVendor]
    public async Task No_reply_at_all_is_in_doubt_after_the_time_for_its_first_byte(string provider)
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(RawServer.Silence("", asked));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway(provider, server.Url, clock);

        var asking = gateway.Ask(Vendors.Question(provider));
        await asked.Task;
        Assert.False(asking.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Contains("00:02:00", Assert.IsType<CallOutcome.InDoubt>((await asking).Outcome).Message, StringComparison.Ordinal);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_reply_that_falls_silent_is_in_doubt_after_the_idle_time_with_what_had_come(string provider)
    {
        await using var server = new RawServer(RawServer.Silence(Vendors.StreamHead + Vendors.Beginning(provider, "Hello")));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway(provider, Vendors.Settings(provider, server.Url) with { TotalTimeout = TimeSpan.FromDays(1) }, clock);
        var events = gateway.Stream(Vendors.Question(provider), default).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(new ModelEvent.Delta("Hello"), events.Current);

        var next = events.MoveNextAsync().AsTask();
        await AdvanceUntil(next, clock, TimeSpan.FromMinutes(1));

        var doubt = Assert.IsType<CallOutcome.InDoubt>(Assert.IsType<ModelEvent.Ended>(events.Current).Outcome);
        Assert.Equal("Hello", doubt.Partial?.Text);
        Assert.Contains("nothing came for 00:02:00", doubt.Message, StringComparison.Ordinal);
        await events.DisposeAsync();
    }

    [Theory]
    [ForEachVendor]
    public async Task A_reply_that_goes_on_in_pings_alone_ends_at_the_total_time(string provider)
    {
        var clock = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        await using var server = new RawServer(async (socket, cancel) =>
        {
            await RawServer.Send(socket, Vendors.StreamHead + Vendors.Beginning(provider, "Hello"), cancel);
            await begun.Task;
            while (true)
            {
                await RawServer.Send(socket, ": ping\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n", cancel);
                clock.Advance(TimeSpan.FromSeconds(30));
            }
        });
        await using var gateway = Vendors.Gateway(provider, Vendors.Settings(provider, server.Url) with { IdleTimeout = TimeSpan.FromDays(1) }, clock);
        var events = gateway.Stream(Vendors.Question(provider), default).GetAsyncEnumerator();

        Assert.True(await events.MoveNextAsync());
        begun.SetResult();
        Assert.True(await events.MoveNextAsync());

        var doubt = Assert.IsType<CallOutcome.InDoubt>(Assert.IsType<ModelEvent.Ended>(events.Current).Outcome);
        Assert.Contains("longer than 00:20:00", doubt.Message, StringComparison.Ordinal);
        Assert.Equal("Hello", doubt.Partial?.Text);
        await events.DisposeAsync();
    }

    [Theory]
    [ForEachVendor]
    public async Task A_wish_to_stop_aborts_the_request_before_and_in_the_middle_of_the_reply(string provider)
    {
        foreach (var reply in new[] { "", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\n{\"err", Vendors.StreamHead + Vendors.Beginning(provider, "Hel") })
        {
            var said = new TaskCompletionSource();
            await using var server = new RawServer(RawServer.Silence(reply, said));
            await using var gateway = Vendors.Gateway(provider, server.Url);
            using var stop = new CancellationTokenSource();

            var asking = gateway.Ask(Vendors.Question(provider), stop.Token);
            await said.Task;
            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        await using var untouched = await LoopbackServer.Start(200, "");
        await using var idle = Vendors.Gateway(provider, untouched.Url);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => idle.Ask(Vendors.Question(provider), new CancellationToken(canceled: true)));
        Assert.Empty(untouched.Seen);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_gateway_that_is_closed_leaves_a_waiting_call_in_doubt(string provider)
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(RawServer.Silence("", asked));
        var gateway = Vendors.Gateway(provider, server.Url);
        var asking = gateway.Ask(Vendors.Question(provider));
        await asked.Task;

        await gateway.DisposeAsync();

        Assert.Equal("InDoubt", Vendors.Describe((await asking).Outcome));
    }

    // The reply's bytes come in their own time, so the clock goes on, step by step, until it strikes.
    private static async Task AdvanceUntil(Task happened, FakeTimeProvider clock, TimeSpan step)
    {
        while (!happened.IsCompleted)
        {
            clock.Advance(step);
            await Task.WhenAny(happened, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        await happened;
    }
}
