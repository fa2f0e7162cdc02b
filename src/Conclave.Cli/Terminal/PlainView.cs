using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Observation;

namespace Conclave.Cli.Terminal;

/// <summary>Plain lines, for pipes and logs: one for each thing worth knowing, with the time since the first one.</summary>
internal sealed class PlainView(TextWriter output, TimeProvider clock) : ISessionView
{
    public async Task Show(IAsyncEnumerable<FeedItem> items)
    {
        DateTimeOffset? start = null;
        var waits = new Dictionary<DoorKey, WaitReason>();
        await foreach (var item in items)
        {
            start ??= (item as FeedItem.Entry)?.Value.Time;
            var now = item is FeedItem.Entry { Value.Time: var time } ? time : clock.GetUtcNow();
            var lines = item switch
            {
                FeedItem.Entry entry => StoryLine.Of(entry.Value, entry.State),
                FeedItem.Waiting waiting when IsNews(waits, waiting) => $"{waiting.Phase,-16} {WaitText.Of(waiting.Agent, waiting.Wait!, now)}",
                _ => null,
            };
            foreach (var line in lines?.Split('\n') ?? [])
            {
                await output.WriteLineAsync($"{Figures.Time(now - (start ?? now)),9}  {line}");
            }

            if (lines is not null)
            {
                await output.FlushAsync();
            }
        }
    }

    // A wait is told once for each reason; its time may move often.
    private static bool IsNews(Dictionary<DoorKey, WaitReason> told, FeedItem.Waiting waiting)
    {
        if (waiting.Wait is not { } wait)
        {
            told.Remove(waiting.Call);
            return false;
        }

        var known = told.TryGetValue(waiting.Call, out var reason) && reason == wait.Reason;
        told[waiting.Call] = wait.Reason;
        return !known;
    }
}
