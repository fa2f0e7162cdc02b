using System.Collections.Immutable;
using System.Text.Json.Nodes;
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
    /// on kept phases only. A phase that failed or never ended runs again, and so does what was built on it.
    /// </summary>
    public static ImmutableArray<KeptPhase> Kept(Workflow workflow, SessionState origin, IReadOnlyList<JournalEntry> entries, PhaseId from)
    {
        var kept = new HashSet<PhaseId>();
        foreach (var phase in workflow.Phases)
        {
            if (phase.Id != from && origin.Phase(phase.Id).SatisfiesNeeds && phase.Needs.All(kept.Contains))
            {
                kept.Add(phase.Id);
            }
        }

        return
        [
            .. entries
                .Where(entry => entry.Phase is { } phase && kept.Contains(phase))
                .GroupBy(entry => entry.Phase!.Value)
                .OrderBy(group => group.Last().Seq)
                .Select(group => new KeptPhase(group.Key, Kept(origin.Id, [.. group]))),
        ];
    }

    /// <summary>Whether a phase reads this input: in its condition, its agent, its parameters or its prompts.</summary>
    public static bool Reads(Workflow workflow, PhaseId phase, string input) =>
        Expressions(workflow, workflow[phase]).Any(expression => Reads(expression, input));

    // A phase that its origin kept itself stays that session's.
    private static EntryBody.PhaseKept Kept(SessionId origin, IReadOnlyList<JournalEntry> entries) => entries is [{ Body: EntryBody.PhaseKept before }]
        ? before
        : new EntryBody.PhaseKept(origin, [.. entries.Select(entry => new KeptEntry(entry.Seq, entry.Time, entry.Step, entry.Body))]);

    private static IEnumerable<Expression> Expressions(Workflow workflow, Phase phase)
    {
        var prompts = phase.Kind.Prompts.Concat(phase.Prompt is { } own ? [own] : []).Select(name => workflow.Prompts[name]);
        var texts = phase.With.Values.SelectMany(Texts).Concat(prompts);
        return texts.SelectMany(text => Template.Parse(text).Expressions)
            .Concat(phase.Agent?.Expressions ?? [])
            .Concat(phase.If is { } condition ? [condition] : []);
    }

    private static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        JsonObject map => map.SelectMany(pair => Texts(pair.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue text when text.TryGetValue<string>(out var written) => [written],
        _ => [],
    };

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
