using System.Collections.Immutable;
using Conclave.Engine.Council.Wording;

namespace Conclave.Engine.Council.Rules;

/// <summary>Two frameworks, databases, languages or runtimes for one part, where it has one.</summary>
internal sealed class TechnologyClashRule : IPlanRule
{
    public const string Name = "technology-clash";

    private static readonly ImmutableArray<TechnologyKind> Exclusive = [TechnologyKind.Language, TechnologyKind.Runtime, TechnologyKind.Framework, TechnologyKind.Database];

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from use in Uses(plans).GroupBy(said => (said.Item.Part, said.Item.Kind))
        let positions = Position<Use>.Of(use, (one, other) => !one.Names.Intersect(other.Names).IsEmpty)
        where positions.Length > 1
        let kind = EngineText.Snake(use.Key.Kind)
        select new Conflict(
            Conflicts.Id(Name, $"{use.Key.Part} {kind}"),
            Name,
            $"Which {kind} does the {use.Key.Part} part use?",
            Blocking: true,
            plans.Part(use.Key.Part),
            Conflicts.Options(positions, Text, one => Plan.Empty with { Technologies = one.Technologies }),
            [.. positions.Select(position => $"{use.Key.Part} {kind}: {string.Join(", ", position.Item.Technologies.Select(technology => technology.Name))}")]);

    // Every page has HTML and every database SQL: naming it or not is no difference.
    private static bool IsExclusive(Technology technology) =>
        Exclusive.Contains(technology.Kind) && ChoiceText.Of(technology.Name).Things is not [{ Term.Kind: "markup" }, ..];

    // What one plan uses for one purpose may be several, such as a framework and its extension; plans clash when they have nothing in common.
    private static IEnumerable<Authored<Use>> Uses(PlanSet plans) =>
        from plan in plans.Plans
        from use in plan.Plan.Technologies.Where(IsExclusive).GroupBy(technology => (Part: PlanNames.Name(technology.Part), technology.Kind))
        select new Authored<Use>(plan.Author, new Use(use.Key.Part, use.Key.Kind, [.. use.Select(TechnologyVersionRule.Key)], [.. use]));

    private static string Text(Use use) => string.Join("; ", use.Technologies.Select(technology => $"{$"{technology.Name} {technology.Version}".Trim()}: {PlanNames.Short(technology.Purpose, 200)}"));

    private sealed record Use(string Part, TechnologyKind Kind, ImmutableSortedSet<string> Names, ImmutableArray<Technology> Technologies);
}
