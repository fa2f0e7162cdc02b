using System.Threading.Channels;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Microsoft.Data.Sqlite;

namespace Conclave.Storage.Sqlite;

/// <summary>
/// The one writer: a thread of its own takes all requests that wait, carries them out in one transaction, commits, and only then answers. After an
/// I/O error it answers nothing any more: what is on disk must be read anew by a new process.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxBatch = 256;

    private readonly SqliteConnection connection;
    private readonly PreparedStatements statements;
    private readonly SessionHeads heads;
    private readonly Channel<Request> requests = Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task loop;
    private Exception? broken;
    private long commits;
    private TaskCompletionSource signalArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteWriter(string file)
    {
        connection = SqliteSchema.OpenWriter(file);
        statements = new PreparedStatements(connection);
        heads = new SessionHeads(statements);
        loop = Task.Run(Loop);
    }

    /// <summary>How often it has committed.</summary>
    public long Commits => Volatile.Read(ref commits);

    /// <summary>Completes when the next signal is durable.</summary>
    public Task SignalArrived => Volatile.Read(ref signalArrived).Task;

    public Task<long> Acquire(SessionId session, string owner) => Enqueue(batch => batch.Acquire(session, owner));

    public Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries)
    {
        var packed = entries.Select(PackedEntry.Of).ToArray();
        return Enqueue(batch => batch.Append(session, epoch, expectedSequence, packed));
    }

    public async Task Send(SessionId session, Signal signal)
    {
        await Enqueue(batch => batch.Send(session, signal));
        Interlocked.Exchange(ref signalArrived, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public Task<ImportResult> Import(SessionBundle bundle, SessionSummary summary) => Enqueue(batch => batch.Import(bundle, summary));

    public Task Store(CachedAnswer answer) => Enqueue(batch => batch.Store(answer));

    public async ValueTask DisposeAsync()
    {
        requests.Writer.TryComplete();
        await loop;
        statements.Dispose();
        connection.Dispose();
        SqliteConnection.ClearPool(connection);
    }

    private Task<T> Enqueue<T>(Func<SqliteBatch, T> work)
    {
        var request = new Request<T>(work);
        if (!requests.Writer.TryWrite(request))
        {
            request.Refuse(new ObjectDisposedException(nameof(SqliteWriter)));
        }

        return request.Completion;
    }

    private async Task Loop()
    {
        var waiting = new List<Request>();
        try
        {
            while (await requests.Reader.WaitToReadAsync())
            {
                while (waiting.Count < MaxBatch && requests.Reader.TryRead(out var request))
                {
                    waiting.Add(request);
                }

                Commit(waiting);
                waiting.ForEach(request => request.Answer(broken));
                waiting.Clear();
            }
        }
        finally
        {
            // A bug that ends this loop must not leave anybody waiting for an answer.
            requests.Writer.TryComplete();
            while (requests.Reader.TryRead(out var request))
            {
                waiting.Add(request);
            }

            waiting.ForEach(request => request.Answer(broken ?? Stopped()));
        }
    }

    private static JournalUnavailableException Stopped() => new("the journal's writer has stopped", new InvalidOperationException());

    private void Commit(List<Request> waiting)
    {
        if (broken is not null)
        {
            return;
        }

        try
        {
            broken = Stopped();
            using var transaction = connection.BeginTransaction(deferred: false);
            statements.Transaction = transaction;
            heads.Begin();
            var batch = new SqliteBatch(statements, heads);
            foreach (var request in waiting)
            {
                request.CarryOut(batch);
            }

            heads.Write();
            transaction.Commit();
            Volatile.Write(ref commits, commits + 1);
            broken = null;
        }
        catch (SqliteException error)
        {
            broken = new JournalUnavailableException($"the journal can't be written: {error.Message}", error);
        }
    }

    private abstract class Request
    {
        public abstract void CarryOut(SqliteBatch batch);

        /// <summary>Tells who waits: the result after the commit, or why there was none.</summary>
        public abstract void Answer(Exception? broken);
    }

    private sealed class Request<T>(Func<SqliteBatch, T> work) : Request
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private JournalDamagedException? refusal;

        public Task<T> Completion => completion.Task;

        // A damaged session is refused before anything of it is written; the others of the batch go through.
        public override void CarryOut(SqliteBatch batch)
        {
            try
            {
                result = work(batch);
            }
            catch (JournalDamagedException damaged)
            {
                refusal = damaged;
            }
        }

        public void Refuse(Exception why) => completion.SetException(why);

        public override void Answer(Exception? broken)
        {
            if ((broken ?? refusal) is { } error)
            {
                completion.SetException(error);
            }
            else
            {
                completion.SetResult(result!);
            }
        }
    }
}
