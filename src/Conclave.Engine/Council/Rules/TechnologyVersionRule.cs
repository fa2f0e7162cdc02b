namespace Conclave.Engine.Council.Rules;

/// <summary>One framework in two versions.</summary>
internal sealed class TechnologyVersionRule : IPlanRule
{
    public IEnumerable<Conflict> Find(AlignedPlans plans) =>
        from first in plans.First.Plan.Technologies
        join second in plans.Second.Plan.Technologies on PlanNames.Name(first.Name) equals PlanNames.Name(second.Name)
        where first.Version.Trim().Length > 0 && second.Version.Trim().Length > 0 && first.Version.Trim() != second.Version.Trim()
        select new Conflict(
            $"technology-version:{PlanNames.Slug(first.Name)}",
            "technology-version",
            $"Which version of {first.Name}?",
            Blocking: true,
            Owner: null,
            [
                new ConflictOption(plans.First.Author.Value, $"{first.Name} {first.Version}: {PlanNames.Short(first.Purpose)}", [plans.First.Author]),
                new ConflictOption(plans.Second.Author.Value, $"{second.Name} {second.Version}: {PlanNames.Short(second.Purpose)}", [plans.Second.Author]),
            ],
            [$"{plans.First.Author}: {first.Name} {first.Version}", $"{plans.Second.Author}: {second.Name} {second.Version}"]);
}
