namespace Conclave.Engine.Council.Rules;

/// <summary>One setting with two values, or one port for two things.</summary>
internal sealed class SettingClashRule : IPlanRule
{
    public IEnumerable<Conflict> Find(AlignedPlans plans) =>
        from first in plans.First.Plan.Settings
        from second in plans.Second.Plan.Settings
        let sameName = PlanNames.Name(first.Name) == PlanNames.Name(second.Name)
        let sameValue = first.Value.Trim() == second.Value.Trim()
        where (sameName && !sameValue) || (!sameName && sameValue && IsPort(first) && IsPort(second))
        select new Conflict(
            $"setting-clash:{PlanNames.Slug(first.Name)}{(sameName ? "" : $"+{PlanNames.Slug(second.Name)}")}",
            "setting-clash",
            sameName ? $"Which value has `{first.Name}`?" : $"Port {first.Value} is taken twice. Who has it?",
            Blocking: true,
            Owner: null,
            [
                new ConflictOption(plans.First.Author.Value, $"{first.Name} = {first.Value}: {PlanNames.Short(first.Purpose)}", [plans.First.Author]),
                new ConflictOption(plans.Second.Author.Value, $"{second.Name} = {second.Value}: {PlanNames.Short(second.Purpose)}", [plans.Second.Author]),
            ],
            [$"{plans.First.Author}: {first.Name} = {first.Value}", $"{plans.Second.Author}: {second.Name} = {second.Value}"]);

    private static bool IsPort(Setting setting) => setting.Name.Contains("port", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(setting.Value.Trim(), out _);
}
