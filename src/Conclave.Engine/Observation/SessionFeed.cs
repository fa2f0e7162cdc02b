using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Observation;

/// <summary>What happens in the sessions of this process, as it happens. Nobody waits for a reader. Thread-safe.</summary>
public sealed class SessionFeed
{
    private readonly ConcurrentDictionary<Channel<FeedItem>, SessionId> readers = new();

    /// <summary>Tells every reader of the session.</summary>
    public void Publish(FeedItem item)
    {
        foreach (var (reader, session) in readers)
        {
            if (session == item.Session)
            {
                reader.Writer.TryWrite(item);
            }
        }
    }

    /// <summary>
    /// Starts reading a session; what is published from now on is kept until it is read. Dispose it to stop.
    /// </summary>
    public Subscription Subscribe(SessionId session)
    {
        var channel = Channel.CreateUnbounded<FeedItem>(new UnboundedChannelOptions { SingleReader = true });
        readers[channel] = session;
        return new Subscription(this, channel);
    }

    /// <summary>One reader of a session.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly SessionFeed feed;
        private readonly Channel<FeedItem> channel;

        internal Subscription(SessionFeed feed, Channel<FeedItem> channel)
        {
            this.feed = feed;
            this.channel = channel;
        }

        /// <summary>All items until <see cref="Complete"/> or cancelled.</summary>
        public async IAsyncEnumerable<FeedItem> Items([EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancel))
            {
                yield return item;
            }
        }

        /// <summary>Ends the reading once everything published so far is read.</summary>
        public void Complete()
        {
            feed.readers.TryRemove(channel, out _);
            channel.Writer.TryComplete();
        }

        /// <inheritdoc />
        public void Dispose() => Complete();
    }
}

/// <summary>One thing that happened.</summary>
public abstract record FeedItem
{
    private FeedItem()
    {
    }

    /// <summary>The session it happened in.</summary>
    public abstract SessionId Session { get; }

    /// <summary>An entry became durable; the state is the one after it.</summary>
    public sealed record Entry(JournalEntry Value, SessionState State) : FeedItem
    {
        /// <inheritdoc />
        public override SessionId Session => Value.SessionId;
    }

    /// <summary>A call waits to be sent, or goes on. It is not journaled.</summary>
    /// <param name="Wait">Why it waits now; null when its wait is over.</param>
    public sealed record Waiting(SessionId SessionId, PhaseId Phase, DoorKey Call, AgentId Agent, AdmissionWait? Wait) : FeedItem
    {
        /// <inheritdoc />
        public override SessionId Session => SessionId;
    }

    /// <summary>An answer grew. It is not journaled; a call that starts anew starts at offset 0.</summary>
    /// <param name="Offset">Characters of the answer before this text.</param>
    public sealed record Delta(SessionId SessionId, DoorKey Call, AgentId Agent, int Offset, string Text) : FeedItem
    {
        /// <inheritdoc />
        public override SessionId Session => SessionId;
    }
}
