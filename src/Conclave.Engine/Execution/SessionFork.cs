using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>Decides what a session that branches off from another keeps of it. Pure.</summary>
public static class SessionFork
{
    /// <summary>
    /// The phases that are kept, in the order in which they ended: those that ended well, are neither <paramref name="from"/> nor after it, and stand
    /// on kept phases only. A phase that failed or never ended runs again, and so does what was built on it. What is inside of a kept phase is kept
    /// with it; a phase around <paramref name="from"/> begins anew and keeps what was done inside of it before.
    /// </summary>
    public static ImmutableArray<KeptPhase> Kept(Workflow workflow, SessionState origin, IReadOnlyList<JournalEntry> entries, PhaseId from)
    {
        var kept = KeptIds(workflow, origin, from);
        return
        [
            .. entries
                .Where(entry => entry.Phase is { } phase && kept.Contains(phase))
                .GroupBy(entry => entry.Phase!.Value)
                .OrderBy(group => group.Last().Seq)
                .Select(group => new KeptPhase(group.Key, Kept(origin.Id, [.. group]))),
        ];
    }

    /// <summary>Whether a phase reads this input of the session, also by way of an input of its file: in its own expressions and in the conditions under which it runs.</summary>
    public static bool Reads(Workflow workflow, PhaseId phase, string input) =>
        Expressions(workflow, workflow[phase]).Any(expression => Reads(expression, workflow[phase].Scope, input)) || RunsBy(workflow, workflow[phase], input);

    // In planned order a phase comes after all that it needs and after the one that it is inside of.
    private static HashSet<PhaseId> KeptIds(Workflow workflow, SessionState origin, PhaseId from)
    {
        var around = Around(workflow, workflow[from]).ToHashSet();
        var (kept, reopened) = (new HashSet<PhaseId>(), new HashSet<PhaseId>());
        foreach (var phase in workflow.Phases)
        {
            var outer = phase.Scope.Use?.By.Phase;
            var stands = phase.Needs.All(kept.Contains) && (outer is null || reopened.Contains(outer.Value));
            if (around.Contains(phase.Id))
            {
                _ = stands && reopened.Add(phase.Id);
            }
            else if (outer is { } whole && kept.Contains(whole) ? origin.Phase(phase.Id).IsDone : phase.Id != from && stands && origin.Phase(phase.Id).SatisfiesNeeds)
            {
                kept.Add(phase.Id);
            }
        }

        return kept;
    }

    private static IEnumerable<PhaseId> Around(Workflow workflow, Phase phase)
    {
        for (var use = phase.Scope.Use; use is not null; use = workflow[use.By.Phase].Scope.Use)
        {
            yield return use.By.Phase;
        }
    }

    // A phase that its origin kept itself stays that session's.
    private static EntryBody.PhaseKept Kept(SessionId origin, IReadOnlyList<JournalEntry> entries) => entries is [{ Body: EntryBody.PhaseKept before }]
        ? before
        : new EntryBody.PhaseKept(origin, [.. entries.Select(entry => new KeptEntry(entry.Seq, entry.Time, entry.Step, entry.Body))]);

    private static IEnumerable<Expression> Expressions(Workflow workflow, Phase phase)
    {
        var prompts = phase.Kind.Prompts.Concat(phase.Prompt is { } own ? [own] : []).Select(name => workflow.Prompts[name]);
        return phase.With.Values.SelectMany(PhaseExpression.Texts).Concat(prompts).SelectMany(text => Template.Parse(text).Expressions)
            .Concat(phase.Agent?.Expressions ?? [])
            .Concat(phase.Loop is { } loop ? [loop.Until] : [])
            .Concat(phase.MatrixSource switch
            {
                MatrixSource.Lists lists => lists.Items.Select(list => list.Expression).OfType<Expression>(),
                MatrixSource.Maps maps => [maps.Expression],
                _ => [],
            });
    }

    private static bool RunsBy(Workflow workflow, Phase phase, string input) =>
        (phase.If is { } condition && Reads(condition, phase.Scope, input)) || (phase.Scope.Use is { By.Phase: var outer } && RunsBy(workflow, workflow[outer], input));

    // In a file that another one uses, an input is what the phase that uses it gives.
    private static bool Reads(Expression expression, WorkflowScope scope, string input) => scope.Use is not { } use
        ? Reads(expression, input)
        : use.Inputs.Where(given => Reads(expression, given.Key)).SelectMany(given => PhaseExpression.Texts(given.Value)).SelectMany(text => Template.Parse(text).Expressions)
            .Any(outer => Reads(outer, use.Outer, input));

    // `inputs` as a whole, or with a name that is only known at run time, is every input.
    private static bool Reads(Expression expression, string input)
    {
        var all = expression.All().ToList();
        var named = all.OfType<Expression.Member>().Where(IsInput).ToList();
        return named.Exists(member => member.Name == input)
            || all.OfType<Expression.Context>().Count(context => context.Name == "inputs") > named.Count;
    }

    private static bool IsInput(Expression.Member member) => member.Target is Expression.Context { Name: "inputs" };
}

/// <summary>A phase that a forked session keeps.</summary>
public sealed record KeptPhase(PhaseId Phase, EntryBody.PhaseKept Body)
{
    /// <summary>The blobs that it names and that are not texts of its entries: the project's files.</summary>
    public IEnumerable<BlobId> FileBlobs() => Body.Blobs().Except(Body.Texts().Select(text => text.Blob).OfType<BlobId>());
}
