using Conclave.Engine.Execution;
using Conclave.Engine.Observation;

namespace Conclave.Cli.Terminal;

/// <summary>The entries as events, one JSON object a line, and between them the waits of calls, which have no number.</summary>
internal sealed class JsonView(TextWriter output, TimeProvider clock) : ISessionView
{
    public async Task Show(IAsyncEnumerable<FeedItem> items)
    {
        SessionState? state = null;
        await foreach (var item in items)
        {
            state = item is FeedItem.Entry { State: var now } ? now : state;
            var happening = item switch
            {
                FeedItem.Entry entry => SessionEvent.Of(entry.Value, entry.State),
                FeedItem.Waiting waiting when state is not null => SessionEvent.Of(waiting, state, clock.GetUtcNow()),
                _ => null,
            };
            if (happening is not null)
            {
                await output.WriteLineAsync(happening.ToJson());
                await output.FlushAsync();
            }
        }
    }
}
