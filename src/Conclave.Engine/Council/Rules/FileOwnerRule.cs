namespace Conclave.Engine.Council.Rules;

/// <summary>One file, two owners.</summary>
internal sealed class FileOwnerRule : IPlanRule
{
    public IEnumerable<Conflict> Find(AlignedPlans plans) =>
        from first in plans.First.Plan.Files
        join second in plans.Second.Plan.Files on Path(first) equals Path(second)
        where first.Owner != second.Owner
        select new Conflict(
            $"file-owner:{PlanNames.Slug(Path(first))}",
            "file-owner",
            $"Who writes {Path(first)}?",
            Blocking: true,
            Owner: null,
            [Option(plans.First, first), Option(plans.Second, second)],
            [$"{plans.First.Author}: {Path(first)} belongs to {first.Owner}", $"{plans.Second.Author}: {Path(second)} belongs to {second.Owner}"]);

    private static string Path(PlannedFile file) => file.Path.Trim().Replace('\\', '/').TrimStart('.', '/');

    private static ConflictOption Option(AuthoredPlan plan, PlannedFile file) =>
        new(file.Owner, $"The {file.Owner} agent writes it: {PlanNames.Short(file.Purpose)}", [plan.Author]);
}
