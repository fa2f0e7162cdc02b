namespace Conclave.Engine.Council.Rules;

/// <summary>One setting with two values; also one listener that is known by two names and has one port in each plan, but not the same.</summary>
internal sealed class SettingValueRule : IPlanRule
{
    public const string Name = "setting-value";

    public IEnumerable<Conflict> Find(PlanSet plans)
    {
        var listeners = OnePort(plans);
        var shared = plans.All(plan => plan.Settings).Where(said => plans.Part(said.Item.Owner) is null).Select(said => PlanNames.Name(said.Item.Name)).ToHashSet(StringComparer.Ordinal);
        var groups = plans
            .All(plan => plan.Settings)
            .Where(said => Value(said.Item).Length > 0)
            .GroupBy(said => listeners.GetValueOrDefault(said.Item) ?? Key(said.Item), StringComparer.Ordinal)
            .Select(said => (said.Key, Name: said.Select(one => one.Item.Name.Trim()).Order(StringComparer.Ordinal).First(), Said: said))
            .ToList();
        // Two parts that each listen on a port of their own may call it by one name; what no part owns alone is one setting for all.
        string Key(Setting setting) => PlanNames.Name(setting.Name) is var name && setting.Kind == SettingKind.Port && plans.Part(setting.Owner) is { } part && !shared.Contains(name) ? $"{name} of {part}" : name;
        return
            from one in groups
            let said = one.Said
            let positions = Position<Setting>.Of(said, (a, b) => Value(a) == Value(b))
            where positions.Length > 1
            let name = one.Name
            // Two listeners may have a port of one name each.
            let subject = groups.Count(other => PlanNames.Slug(other.Name) == PlanNames.Slug(name)) == 1 ? name : $"{name} {one.Key}"
            select new Conflict(
                Conflicts.Id(Name, subject),
                Name,
                $"Which value has `{name}`?",
                Blocking: true,
                plans.Part(positions[0].Item.Owner) is { } owner && positions.All(position => plans.Part(position.Item.Owner) == owner) ? owner : null,
                Conflicts.Options(
                    positions,
                    setting => $"{setting.Name} = {Value(setting)}: {PlanNames.Short(setting.Purpose)}",
                    setting => Plan.Empty with { Settings = [setting] },
                    setting => setting.Kind == SettingKind.Port && !(ushort.TryParse(Value(setting), out var port) && port > 0) ? $"{Value(setting)} is no port" : null),
                [.. positions.Select(position => $"{position.Item.Name} = {Value(position.Item)}")]);
    }

    /// <summary>A value without quotes around it, without the case of a truth value, and without the last slash of an address.</summary>
    public static string Value(Setting setting) => setting.Value.Trim().Trim('"', '\'') switch
    {
        var value when bool.TryParse(value, out var flag) => flag ? "true" : "false",
        var address when address.Contains("://", StringComparison.Ordinal) => address.TrimEnd('/'),
        var value => value,
    };

    // In plans that give a part one port each, these ports are the same listener's whatever the settings are called.
    private static Dictionary<Setting, string> OnePort(PlanSet plans)
    {
        var only =
            from plan in plans.Plans
            from ports in plan.Plan.Settings.Where(setting => setting.Kind == SettingKind.Port).GroupBy(setting => PlanNames.Name(setting.Owner), StringComparer.Ordinal)
            where ports.Count() == 1
            select (Part: ports.Key, Setting: ports.Single());
        return only
            .GroupBy(pair => pair.Part, StringComparer.Ordinal)
            .Where(part => part.Count() == plans.Plans.Length)
            .SelectMany(part => part.Select(pair => (pair.Setting, Name: $"the port of {part.Key}")))
            .DistinctBy(pair => pair.Setting)
            .ToDictionary(pair => pair.Setting, pair => pair.Name);
    }
}
