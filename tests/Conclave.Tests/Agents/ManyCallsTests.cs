using System.Text;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>Five hundred streamed calls at once. What is held is measured for the whole process, so nothing else may run beside it.</summary>
[Collection(nameof(ManyCallsTests))]
[CollectionDefinition(nameof(ManyCallsTests), DisableParallelization = true)]
public sealed class ManyCallsTests
{
    private const int Calls = 500;
    private const int Pieces = 40;
    private const long ProcessBytes = 64L * 1024 * 1024;
    private const long CallBytes = 256L * 1024;

    [Theory]
    [ForEachVendor]
    public async Task Five_hundred_streamed_calls_at_once_hold_what_they_need_and_give_it_back(string provider)
    {
        var piece = new string('x', 200);
        var half = Encoding.UTF8.GetBytes(Vendors.Beginning(provider, [.. Enumerable.Repeat(piece, Pieces)]));
        var rest = Encoding.UTF8.GetBytes(Vendors.Ending(provider, string.Concat(Enumerable.Repeat(piece, Pieces))));
        var (waiting, open) = (0, new TaskCompletionSource());
        var all = new TaskCompletionSource();
        await using var server = await LoopbackServer.Start(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(half);
            await context.Response.Body.FlushAsync();
            if (Interlocked.Increment(ref waiting) == Calls)
            {
                all.TrySetResult();
            }

            await open.Task;
            await context.Response.Body.WriteAsync(rest);
        });
        await using var gateway = Vendors.Gateway(provider, server.Url, TimeProvider.System);

        async Task<long> Round()
        {
            (waiting, open, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            var asking = Enumerable.Range(0, Calls).Select(_ => gateway.Ask(Vendors.Question(provider))).ToList();
            await all.Task;
            var held = GC.GetTotalMemory(forceFullCollection: true);
            open.SetResult();
            foreach (var heard in await Task.WhenAll(asking))
            {
                Assert.Equal(Pieces * piece.Length, Assert.IsType<CallOutcome.Answered>(heard.Outcome).Answer.Bytes);
            }

            return held;
        }

        // What the tests before this one still hold is theirs.
        await Round();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var first = await Round() - before;
        await Round();
        var last = await Round() - before;

        // The process itself takes some; each call the text that it holds, the buffers of its connection on both sides, and no more.
        Assert.True(first < ProcessBytes + (Calls * CallBytes), $"{first / 1024} KB were held by {Calls} calls");
        Assert.True(last < (Math.Max(first, 0) * 1.25) + ProcessBytes, $"{first / 1024} KB were held by {Calls} calls, and {last / 1024} KB two rounds later");
    }
}
