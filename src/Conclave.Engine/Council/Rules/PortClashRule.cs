namespace Conclave.Engine.Council.Rules;

/// <summary>One port on which two parts listen.</summary>
internal sealed class PortClashRule : IPlanRule
{
    public const string Name = "port-clash";

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from said in plans.All(plan => plan.Settings).Where(said => said.Item.Kind == SettingKind.Port).GroupBy(said => SettingValueRule.Value(said.Item), StringComparer.Ordinal)
        where said.Key.Length > 0
        let positions = Position<Setting>.Of(said, (one, other) => PlanNames.Name(one.Owner) == PlanNames.Name(other.Owner))
        where positions.Length > 1
        select new Conflict(
            Conflicts.Id(Name, said.Key),
            Name,
            $"Port {said.Key} is taken twice. Who has it?",
            Blocking: true,
            Owner: null,
            Conflicts.Options(
                positions,
                setting => $"The {setting.Owner} part listens on {said.Key} ({setting.Name}): {PlanNames.Short(setting.Purpose)}",
                setting => Plan.Empty with { Settings = [setting] }),
            [.. positions.Select(position => $"{position.Item.Name} = {said.Key}, for the {position.Item.Owner} part")]);
}
