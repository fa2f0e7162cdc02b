using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Storage;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Sandbox;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Nothing is bought that could not be stored.</summary>
public sealed class RoomTests
{
    private const string Yaml = """
        name: roomy
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
        phases:
          a: { agent: pm, prompt: "go on", max_output_tokens: 1000 }
          b: { agent: pm, prompt: "go on and on", max_output_tokens: 1000 }
        """;

    [Fact]
    public async Task Without_room_for_the_answer_the_session_pauses_before_anything_is_sent_and_resume_goes_on()
    {
        var free = RoomGateway.ReserveBytes;
        var models = new FakeGateway(_ => "fine");
        var session = new TestSession(Yaml) { Gateway = new RoomGateway(models, () => free) };
        var paused = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Paused, "CONC707", 0m), (paused.Status, paused.Reason?.Code, paused.SpentUsd));
        Assert.Empty(models.Ledger);
        Assert.DoesNotContain(await session.Entries(), entry => entry.Body is EntryBody.AttemptStarted);

        free = 1L << 30;
        Assert.Equal(SessionStatus.Succeeded, (await session.Run("second")).Status);
        Assert.Equal(2, models.Ledger.Count);
    }

    [Fact]
    public async Task Calls_under_way_hold_their_room_and_give_it_back()
    {
        var request = new ModelRequest("openai", "m1", null, [new ModelMessage(ModelRole.User, "go on")], 1000, null, null);
        var gateway = new RoomGateway(new FakeGateway(_ => "fine"), () => RoomGateway.ReserveBytes + RoomGateway.WorstCase(request));
        var first = await gateway.Admit(request, CancellationToken.None);
        await Assert.ThrowsAsync<Conclave.Engine.Execution.StepSuspendedException>(async () => await gateway.Admit(request, CancellationToken.None));
        await first.DisposeAsync();
        await (await gateway.Admit(request, CancellationToken.None)).DisposeAsync();
    }

    [Fact]
    public void The_worst_case_grows_with_the_question_and_the_limit_of_the_answer()
    {
        static long Of(string question, int limit) => RoomGateway.WorstCase(new ModelRequest("openai", "m", null, [new ModelMessage(ModelRole.User, question)], limit, null, null));
        Assert.True(Of("a", 1000) >= 2 * 1000 * 4);
        Assert.True(Of(new string('a', 100_000), 1000) >= Of("a", 1000) + 200_000);
        Assert.True(Of("a", int.MaxValue) > 0);
    }

    [Fact]
    public async Task On_a_disk_that_is_nearly_full_no_call_is_sent_and_nothing_is_lost()
    {
        Needs.Root();
        using var folder = new TempFolder();
        using var disk = SmallDisk.Mount(Path.Combine(folder.Path, "disk"), "24m");
        var models = new FakeGateway(_ => new string('x', 50_000));
        var file = Path.Combine(disk.Path, "conclave.db");
        await using (var journal = SqliteJournal.Open(file, TimeProvider.System))
        {
            var session = new TestSession(Yaml) { Journal = journal, Gateway = new RoomGateway(models, () => JournalRoom.FreeBytes(disk.Path)) };
            await File.WriteAllBytesAsync(Path.Combine(disk.Path, "ballast"), new byte[12 << 20]);
            var paused = await session.CreateAndRun();
            Assert.Equal((SessionStatus.Paused, "CONC707"), (paused.Status, paused.Reason?.Code));
            Assert.Empty(models.Ledger);

            File.Delete(Path.Combine(disk.Path, "ballast"));
            Assert.Equal(SessionStatus.Succeeded, (await session.Run("second")).Status);
            Assert.Equal(2, models.Ledger.Count);
        }
    }
}
