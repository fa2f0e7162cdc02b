using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Crashes;

/// <summary>What of the journal survives a crash, and how the next process opens it.</summary>
internal abstract class Store : IDisposable
{
    /// <summary>The journal as a new process opens it. A dead process's own stays open: it may be only slow.</summary>
    public abstract IJournal Open();

    /// <summary>The rows of the session as they lie there.</summary>
    public abstract IReadOnlyList<StoredRow> Rows();

    public abstract void Dispose();

    /// <summary>In memory: the rows that were appended.</summary>
    internal sealed class InMemory(bool isFenced = true) : Store
    {
        private readonly InMemoryJournal journal = new() { IsFenced = isFenced };

        public override IJournal Open() => journal;

        public override IReadOnlyList<StoredRow> Rows() => journal.Rows(TestSession.Id);

        public override void Dispose()
        {
        }
    }

    /// <summary>The real one: a file, and for each process a writer of its own.</summary>
    internal sealed class Sqlite : Store
    {
        private readonly TempFolder folder = new();
        private readonly List<SqliteJournal> opened = [];

        private string File => folder["conclave.db"];

        public override IJournal Open()
        {
            opened.Add(SqliteJournal.Open(File, TimeProvider.System));
            return opened[^1];
        }

        public override IReadOnlyList<StoredRow> Rows()
        {
            using var connection = SqliteSchema.OpenReader(File);
            using var command = connection.Command("SELECT seq, epoch, kind, body, hash FROM entries WHERE session_id = $id ORDER BY seq", ("$id", TestSession.Id.Value));
            using var reader = command.ExecuteReader();
            var rows = new List<StoredRow>();
            while (reader.Read())
            {
                rows.Add(new StoredRow(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4)));
            }

            return rows;
        }

        public override void Dispose()
        {
            opened.ForEach(journal => journal.DisposeAsync().AsTask().GetAwaiter().GetResult());
            folder.Dispose();
        }
    }
}
