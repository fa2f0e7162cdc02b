using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Conclave.EndToEnd.Running;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;

namespace Conclave.EndToEnd;

/// <summary>
/// Two processes that write one journal. The lock of the data directory keeps the program from it, also while its owner is stopped; the fence in the
/// journal is what holds should that lock ever fail. So both open the file itself here.
/// </summary>
public sealed class FenceTests
{
    private const string FileVariable = "CONCLAVE_FENCE";
    private static readonly SessionId Session = new("20261122-fence0");

    [Fact]
    public async Task A_process_that_was_stopped_while_another_took_over_is_refused_and_the_record_has_one_story()
    {
        using var machine = new Machine();
        var file = Path.Combine(machine.Root, "conclave.db");
        machine.Environment[FileVariable] = file;
        var host = Assembly.GetExecutingAssembly().Location;
        await using var journal = SqliteJournal.Open(file, TimeProvider.System);
        await using var slow = machine.StartProgram("dotnet", [host, "-noColor", "-explicit", "only", "-method", $"*{nameof(Owns_a_session_and_writes_once_more_when_it_is_told_to)}"], machine.Root);
        await using (var entries = journal.Follow(Session, 0, TestContext.Current.CancellationToken).GetAsyncEnumerator())
        {
            Assert.True(await entries.MoveNextAsync());
        }

        slow.Signal("STOP");
        var epoch = await journal.Acquire(Session, "the next", default);
        Assert.IsType<AppendResult.Appended>(await journal.Append(Session, epoch, 2, [Alert("the next was here")], default));
        await journal.Send(Session, new Signal("go", DateTimeOffset.UnixEpoch, new SignalBody.Pause("go")), default);
        slow.Signal("CONT");

        var ended = await slow.End();
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Equal($"Fenced {{ CurrentEpoch = {epoch} }}", await File.ReadAllTextAsync($"{file}.result", TestContext.Current.CancellationToken));
        var story = new List<string>();
        await foreach (var entry in journal.Read(Session, 0, default))
        {
            story.Add((entry.Body as EntryBody.AlertRaised)?.Message ?? "created");
        }

        Assert.Equal(["created", "the slow one was here", "the next was here"], story);
        Assert.IsType<AppendResult.Appended>(await journal.Append(Session, epoch, 3, [Alert("and went on")], default));
    }

    [Fact(Explicit = true)]
    public async Task Owns_a_session_and_writes_once_more_when_it_is_told_to()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable)!;
        await using var journal = SqliteJournal.Open(file, TimeProvider.System);
        var epoch = await journal.Acquire(Session, "the slow one", default);
        await journal.Append(Session, epoch, 0, [Entry(Created), Alert("the slow one was here")], default);
        await using (var signals = journal.Signals(Session, default).GetAsyncEnumerator())
        {
            await signals.MoveNextAsync();
        }

        var result = await journal.Append(Session, epoch, 2, [Alert("the slow one writes late")], default);
        await File.WriteAllTextAsync($"{file}.result", result.ToString());
    }

    private static EntryBody Created => new EntryBody.SessionCreated(
        StoredText.From("a test"),
        "fence",
        "fence.yaml",
        StoredText.From(""),
        ImmutableSortedDictionary<string, StoredText>.Empty,
        JsonSerializer.SerializeToElement(new { }),
        [],
        [],
        new SessionSettings(1m, BudgetAction.Pause, "/nowhere", null, true),
        "test",
        null);

    private static NewEntry Alert(string text) => Entry(new EntryBody.AlertRaised("CONC000", text));

    private static NewEntry Entry(EntryBody body) => new(DateTimeOffset.UnixEpoch, null, null, body, []);
}
