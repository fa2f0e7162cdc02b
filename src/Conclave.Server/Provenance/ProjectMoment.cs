using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;

namespace Conclave.Server.Provenance;

/// <summary>
/// The project's files at one moment of a session. Moments have names: <c>PHASE</c> is when that phase was accepted, <c>PHASE^</c> just before,
/// <c>start</c> before the session's own work, <c>end</c> now. Phases that run beside each other follow each other in the order in which they were accepted,
/// as their commits do. Pure.
/// </summary>
/// <param name="Changes">How many of the session's changes lie before it.</param>
/// <param name="Files">The files by path.</param>
public sealed record ProjectMoment(string Name, int Changes, ImmutableSortedDictionary<string, FileChange> Files)
{
    /// <summary>The name of the moment before the session's own work.</summary>
    public const string Start = "start";

    /// <summary>The name of the last moment.</summary>
    public const string End = "end";

    /// <summary>Whether its files became the project's; those of a phase that failed did not.</summary>
    public bool IsAccepted { get; init; } = true;

    /// <summary>Finds a moment by its name. A phase called <c>start</c> or <c>end</c> goes before the moment of that name.</summary>
    public static Refusable<ProjectMoment> Find(SessionState state, string name)
    {
        var isBefore = name.EndsWith('^');
        var phase = new PhaseId(isBefore ? name[..^1] : name);
        return state.Created.Phases.Contains(phase) ? OfPhase(state, phase, isBefore, name) : name switch
        {
            Start => After(state, OwnStart(state), name),
            End => After(state, state.Changes.Count, name),
            _ => new Refusal(RefusalKind.NotFound, $"CONC662 session {state.Id} has no phase `{phase}`", NearMiss.Suggest(phase.Value, [.. state.Created.Phases.Select(id => id.Value), Start, End])),
        };
    }

    /// <summary>How many changes of a session are not its own work: the repository that it improves, as it was read.</summary>
    internal static int OwnStart(SessionState state) => state.Created.Settings.Base is not null && !state.Changes.IsEmpty ? 1 : 0;

    internal static ProjectMoment After(SessionState state, int changes, string name) =>
        new(name, changes, ImmutableSortedDictionary.Create<string, FileChange>(StringComparer.Ordinal).After(state.Changes.Take(changes).SelectMany(change => change.Files)));

    private static Refusable<ProjectMoment> OfPhase(SessionState state, PhaseId id, bool isBefore, string name)
    {
        var (first, last) = (state.Changes.FindIndex(change => change.Phase == id), state.Changes.FindLastIndex(change => change.Phase == id));
        if (first >= 0)
        {
            return After(state, isBefore ? first : last + 1, name);
        }

        // It has no change of its own, but a place among those of the others.
        var phase = state.Phase(id);
        var written = phase.Steps.SelectMany(step => step.Files).ToImmutableArray();
        if (phase.EndedAt is not { } ended)
        {
            return new Refusal(RefusalKind.NotFound, $"CONC663 the phase `{id}` of session {state.Id} has not ended, so nothing of it is accepted yet", $"conclave watch {state.Id}");
        }

        var moment = After(state, state.Changes.Count(change => change.Time <= ended), name);
        return isBefore || written.IsEmpty ? moment : moment with { Files = moment.Files.After(written), IsAccepted = false };
    }
}
