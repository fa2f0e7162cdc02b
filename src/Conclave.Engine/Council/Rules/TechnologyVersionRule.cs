using Conclave.Engine.Council.Wording;

namespace Conclave.Engine.Council.Rules;

/// <summary>One technology in versions that do not meet.</summary>
internal sealed class TechnologyVersionRule : IPlanRule
{
    public const string Name = "technology-version";

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from said in plans.All(plan => plan.Technologies).GroupBy(said => Key(said.Item), StringComparer.Ordinal)
        let positions = Position<Technology>.Of(said, (one, other) => Range(one).Meets(Range(other)))
        where positions.Length > 1
        let name = said.First().Item.Name
        select new Conflict(
            Conflicts.Id(Name, said.Key),
            Name,
            $"Which version of {name}?",
            Blocking: true,
            plans.Part(positions[0].Item.Part) is { } owner && positions.All(position => plans.Part(position.Item.Part) == owner) ? owner : null,
            Conflicts.Options(
                positions,
                technology => $"{technology.Name} {technology.Version}: {PlanNames.Short(technology.Purpose)}",
                technology => Plan.Empty with { Technologies = [technology] }),
            [.. positions.Select(position => $"{position.Item.Name} {position.Item.Version}")]);

    /// <summary>The name by which everyone means it: <c>nodejs</c> for <c>Node.js</c> and <c>node 20</c>.</summary>
    public static string Key(Technology technology) => ChoiceText.Of(technology.Name).Things is [var thing, ..] ? thing.Term.Name : PlanNames.Name(technology.Name);

    private static VersionRange Range(Technology technology) => VersionRange.Of(
        technology.Version.Trim().Length == 0 && ChoiceText.Of(technology.Name).Things is [{ Version: var inName }, ..] ? inName : technology.Version);
}
