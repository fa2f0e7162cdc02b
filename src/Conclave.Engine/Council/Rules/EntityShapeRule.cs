using System.Collections.Immutable;

namespace Conclave.Engine.Council.Rules;

/// <summary>Two entities of one name with other fields.</summary>
internal sealed class EntityShapeRule : IPlanRule
{
    public const string Name = "entity-shape";

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from said in plans.All(plan => plan.Entities).GroupBy(said => PlanNames.Thing(said.Item.Name), StringComparer.Ordinal)
        let positions = Position<Entity>.Of(said, (one, other) => Differences(one, other).IsEmpty)
        where positions.Length > 1
        select new Conflict(
            Conflicts.Id(Name, said.Key),
            Name,
            $"Which fields has the entity `{positions[0].Item.Name}`?",
            !Position<Entity>.Differences(positions, (one, other) => FieldText.OtherTypes("store", Plain(one), Plain(other))).IsEmpty,
            plans.Server,
            Conflicts.Options(positions, Text, entity => Plan.Empty with { Entities = [entity] }),
            Position<Entity>.Differences(positions, (one, other) => Differences(one, other)));

    private static ImmutableArray<string> Differences(Entity one, Entity other) => [.. FieldText.Differences("store", Shared(one, other), Shared(other, one)).Select(line => $"{PlanNames.Thing(one.Name)}: {line}")];

    // A field that may be empty and that one plan alone thinks of is in nobody's way.
    private static ImmutableArray<Field> Shared(Entity entity, Entity other)
    {
        var known = Plain(other).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        return [.. Plain(entity).Where(field => field.Required || known.Contains(field.Name))];
    }

    // Columns are not on the wire: `createdAt` and `created_at` are one.
    private static ImmutableArray<Field> Plain(Entity entity) => [.. entity.Fields.Select(field => field with { Name = PlanNames.Name(field.Name) })];

    private static string Text(Entity entity) => string.Join(", ", entity.Fields.Select(field => $"{field.Name} ({FieldText.Type(field)}{(field.Required ? "" : ", optional")})"));
}
