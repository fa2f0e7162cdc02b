using System.CommandLine;
using System.Security.Cryptography;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Server.Live;
using Conclave.Storage.Sqlite;

namespace Conclave.Cli;

/// <summary>
/// Brings a wish to a session, whoever runs it. It becomes durable in the session's inbox first. Then the process that runs the session takes it up
/// within a second or so; or, when no process owns the data directory, this one does.
/// </summary>
internal sealed class SignalSending(CommandContext context, ParseResult parsed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends what <paramref name="wish"/> makes of the session as it is.</summary>
    /// <param name="taken">Says that the owner has taken it up, from the state after that.</param>
    /// <param name="alone">What to do when this process has become the owner; the wish is in the inbox.</param>
    public async Task<int> Send(
        string prefix, Func<SessionState, Refusable<SignalBody>> wish, Func<SessionState, Task<int>> taken, Func<ConclaveHost, SessionId, Task<int>> alone)
    {
        await using var journal = context.Reader(parsed);
        var (summary, none) = await SessionLookup.Find(journal, prefix, CancellationToken.None);
        if (summary is null)
        {
            return await context.Refuse(none!);
        }

        var state = await SessionReading.Load(journal!, summary.Id, CancellationToken.None);
        var (body, refusal) = wish(state);
        if (body is null)
        {
            return await context.Refuse(refusal!);
        }

        var signal = new Signal(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), context.Clock.GetUtcNow(), body);
        var (host, busy) = ConclaveHost.Open(context.For(parsed), context.Clock);
        if (host is null && busy!.Kind != RefusalKind.Busy)
        {
            return await context.Refuse(busy);
        }

        await (host?.Journal ?? journal!).Send(summary.Id, signal, CancellationToken.None);
        return host is null
            ? await AwaitOwner(journal!, summary.Id, signal, taken, alone)
            : await Alone(host, summary.Id, alone);
    }

    private static async Task<int> Alone(ConclaveHost host, SessionId id, Func<ConclaveHost, SessionId, Task<int>> alone)
    {
        await using (host)
        {
            return await alone(host, id);
        }
    }

    // The owner may end its run at this very moment, without having seen the wish; then the directory is free, and this process acts.
    private async Task<int> AwaitOwner(
        SqliteJournal journal, SessionId id, Signal signal, Func<SessionState, Task<int>> taken, Func<ConclaveHost, SessionId, Task<int>> alone)
    {
        for (var start = context.Clock.GetTimestamp(); context.Clock.GetElapsedTime(start) < Patience; await Task.Delay(Interval, context.Clock))
        {
            var state = await SessionReading.Load(journal, id, CancellationToken.None);
            if (state.Signals.Contains(signal.SignalId))
            {
                return await taken(state);
            }

            if (state.IsEnded)
            {
                return await context.Refuse(SessionWish.HasEnded(state));
            }

            if (ConclaveHost.Open(context.For(parsed), context.Clock).Value is { } host)
            {
                return await Alone(host, id, alone);
            }
        }

        return await context.Refuse(new Refusal(
            RefusalKind.Busy,
            $"CONC212 the wish is stored, but nobody has taken it up: another conclave works in this data directory, and not on session {id}",
            $"when that one is done: conclave resume {id}"));
    }
}
