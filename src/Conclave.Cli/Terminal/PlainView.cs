using Conclave.Engine.Observation;

namespace Conclave.Cli.Terminal;

/// <summary>Plain lines, for pipes and logs: one for each thing worth knowing, with the time since the first one.</summary>
internal sealed class PlainView(TextWriter output) : ISessionView
{
    public async Task Show(IAsyncEnumerable<FeedItem> items)
    {
        DateTimeOffset? start = null;
        await foreach (var item in items)
        {
            if (item is not FeedItem.Entry entry)
            {
                continue;
            }

            start ??= entry.Value.Time;
            foreach (var line in StoryLine.Of(entry.Value, entry.State)?.Split('\n') ?? [])
            {
                await output.WriteLineAsync($"{Figures.Time(entry.Value.Time - start.Value),9}  {line}");
            }

            await output.FlushAsync();
        }
    }
}
