using Conclave.Engine.Execution;
using Conclave.Server.Hosting;

namespace Conclave.Server.Provenance;

/// <summary>Two moments of a session, between which its files are compared.</summary>
public sealed record MomentRange(ProjectMoment From, ProjectMoment To)
{
    /// <summary>Reads <c>FROM..TO</c>; <c>FROM</c> alone goes to the end, and nothing is the last phase that changed files.</summary>
    public static Refusable<MomentRange> Read(SessionState state, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Last(state);
        }

        var (from, to) = text.Split("..", 2) switch
        {
            [var left, var right] => (left.Length == 0 ? ProjectMoment.Start : left, right.Length == 0 ? ProjectMoment.End : right),
            [var only, ..] => (only, ProjectMoment.End),
            _ => (ProjectMoment.Start, ProjectMoment.End),
        };
        var (first, unknown) = ProjectMoment.Find(state, from);
        var (second, neither) = ProjectMoment.Find(state, to);
        return first is null ? unknown! : second is null ? neither! : new MomentRange(first, second);
    }

    private static Refusable<MomentRange> Last(SessionState state)
    {
        if (state.Changes.Count <= ProjectMoment.OwnStart(state))
        {
            return new Refusal(RefusalKind.NotFound, $"CONC664 no phase of session {state.Id} has changed a file yet", $"conclave show {state.Id}");
        }

        var phase = state.Changes[^1].Phase;
        var first = state.Changes.FindIndex(change => change.Phase == phase);
        return new MomentRange(ProjectMoment.After(state, first, $"{phase}^"), ProjectMoment.After(state, state.Changes.Count, phase.Value));
    }
}
