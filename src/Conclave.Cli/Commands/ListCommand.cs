using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave list</c>: the sessions of the data directory, newest first.</summary>
internal static class ListCommand
{
    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List the sessions, newest first.") { limit, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var unowned = context.IsUnowned(parsed);
            await using var journal = context.Reader(parsed);
            var sessions = journal is null ? [] : await Examined(journal, parsed.GetValue(limit), cancel);
            unowned = unowned && context.IsUnowned(parsed);
            if (parsed.GetValue(json))
            {
                foreach (var session in sessions)
                {
                    await context.Output.WriteLineAsync(Interruption.ToJson(session, unowned));
                }

                return ExitCode.Succeeded;
            }

            if (sessions.Count == 0)
            {
                await context.Error.WriteLineAsync("conclave: there are no sessions yet. The first one: conclave demo");
                return ExitCode.Succeeded;
            }

            foreach (var session in sessions)
            {
                await context.Output.WriteLineAsync(Line(session, unowned, context.Clock.GetUtcNow()));
            }

            if (sessions.Any(session => Interruption.Of(session, unowned)))
            {
                await context.Error.WriteLineAsync("conclave: no process works on what is interrupted; go on with: conclave resume ID");
            }

            return ExitCode.Succeeded;
        });
        return command;
    }

    // Of each session only the end is looked at, so that a list takes the same time however long the records are; `show` looks through the whole of one.
    private static async Task<List<SessionSummary>> Examined(SqliteJournal journal, int limit, CancellationToken cancel)
    {
        var sessions = new List<SessionSummary>();
        foreach (var summary in await journal.List(new SessionQuery(Limit: limit), cancel))
        {
            sessions.Add(summary.Damage is null && await journal.ExamineEnd(summary, cancel) is { } finding ? summary with { Damage = finding.ToString() } : summary);
        }

        return sessions;
    }

    private static string Line(SessionSummary session, bool unowned, DateTimeOffset now) =>
        $"{session.Id}  {(Interruption.Of(session, unowned) ? Interruption.Word : Status(session)),-12} {session.Progress,3} %  {Figures.Money(session.SpentUsd),9}  {Figures.Age(session.CreatedAt, now),-12}  {SafeText.Line(session.Damage ?? session.Description, session.Damage is null ? 50 : 200)}{(session.Simulated is null ? "" : "  (simulated)")}";

    /// <summary>The status; that the record is damaged, which comes first; or for a session that succeeded its verdict, which says more.</summary>
    public static string Status(SessionSummary session) => session.Damage is not null ? "damaged" : session.Status == SessionStatus.Succeeded && session.Verdict != Verdict.None
        ? EngineText.Snake(session.Verdict)
        : EngineText.Snake(session.Status);
}
