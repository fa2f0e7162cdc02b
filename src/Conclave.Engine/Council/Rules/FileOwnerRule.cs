namespace Conclave.Engine.Council.Rules;

/// <summary>One file, two owners.</summary>
internal sealed class FileOwnerRule : IPlanRule
{
    public const string Name = "file-owner";

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from file in plans.All(plan => plan.Files).GroupBy(said => Key(said.Item), StringComparer.Ordinal)
        let positions = Position<PlannedFile>.Of(file, (one, other) => PlanNames.Name(one.Owner) == PlanNames.Name(other.Owner))
        where positions.Length > 1
        let path = PlanNames.Path(file.First().Item.Path)
        select new Conflict(
            Conflicts.Id(Name, path),
            Name,
            $"Who writes {path}?",
            Blocking: true,
            Owner: null,
            Conflicts.Options(positions, Text, one => Plan.Empty with { Files = [one] }),
            [.. positions.Select(position => $"{path} belongs to {position.Item.Owner}: {PlanNames.Short(position.Item.Purpose, 120)}")]);

    // Names that differ in case only are one file on many machines.
    public static string Key(PlannedFile file) => PlanNames.Path(file.Path).ToLowerInvariant();

    private static string Text(PlannedFile file) => $"The {file.Owner} agent writes it: {PlanNames.Short(file.Purpose)}";
}
