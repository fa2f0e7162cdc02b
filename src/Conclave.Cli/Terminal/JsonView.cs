using Conclave.Engine.Observation;

namespace Conclave.Cli.Terminal;

/// <summary>The entries as events, one JSON object a line.</summary>
internal sealed class JsonView(TextWriter output) : ISessionView
{
    public async Task Show(IAsyncEnumerable<FeedItem> items)
    {
        await foreach (var item in items)
        {
            if (item is FeedItem.Entry entry)
            {
                await output.WriteLineAsync(SessionEvent.Of(entry.Value, entry.State).ToJson());
                await output.FlushAsync();
            }
        }
    }
}
