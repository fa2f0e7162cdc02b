namespace Conclave.Engine.Council.Rules;

/// <summary>A requirement for which no plan has an acceptance test. A fact decides it: what is not tested is not known to hold.</summary>
internal sealed class UntestedRequirementRule : IPlanRule
{
    public const string Name = "untested-requirement";

    public IEnumerable<Conflict> Find(PlanSet plans)
    {
        var tested = plans.All(plan => plan.AcceptanceTests).SelectMany(said => said.Item.Requirements).Select(PlanNames.Name).ToHashSet(StringComparer.Ordinal);
        return
            from requirement in plans.Requirements?.Items ?? []
            where !tested.Contains(PlanNames.Name(requirement.Id))
            select new Conflict(
                Conflicts.Id(Name, requirement.Id),
                Name,
                $"No acceptance test shows {requirement.Id}. Shall there be one?",
                Blocking: true,
                Owner: null,
                [
                    new ConflictOption("test", $"A test shows it: {PlanNames.Short(requirement.AcceptanceCriteria.IsEmpty ? requirement.Text : string.Join("; ", requirement.AcceptanceCriteria))}", []),
                    new ConflictOption("leave", "It stays untested.", []) { RuledOut = "every requirement has an acceptance test" },
                ],
                [$"{requirement.Id}: {PlanNames.Short(requirement.Text)}", "no plan lists an acceptance test for it"]);
    }
}
