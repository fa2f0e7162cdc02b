using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

public abstract partial record ExpressionType
{
    /// <summary>Why a value can't be of this type, in words; null when it may be.</summary>
    /// <param name="where">What the value is called.</param>
    public string? Misfit(JsonNode? value, string where)
    {
        var options = Options().ToList();
        var reasons = options.ConvertAll(option => option.MisfitOfOne(value, where));
        // The option of the value's own kind says it best.
        return reasons.Contains(null) ? null : reasons.Find(reason => reason!.Length > 0) ?? $"`{where}` must be {Describe()}, not {ExpressionValues.TypeName(value)}";
    }

    // Null when it fits; empty when it is of another kind altogether.
    private string? MisfitOfOne(JsonNode? value, string where) => (this, OfValue(value)) switch
    {
        (Any, _) or (Null, Null) or (Flag, Flag) or (Number, Number) => null,
        (Text { Values: { } known }, Text) => known.Contains(value!.GetValue<string>()) ? null : $"`{where}` can't be `{value}` ({NearMiss.Suggest(value.GetValue<string>(), known)})",
        (Text, Text) => null,
        (List list, List) => value!.AsArray().Select((item, index) => list.Item.Misfit(item, $"{where}[{index}]")).FirstOrDefault(found => found is not null),
        (Map map, Map) => MisfitOfMap(map, value!.AsObject(), where),
        _ => "",
    };

    private static string? MisfitOfMap(Map map, JsonObject value, string where)
    {
        if (map.IsClosed && value.Select(pair => pair.Key).FirstOrDefault(name => !map.Members.ContainsKey(name)) is { } unknown)
        {
            return $"`{where}` has no `{unknown}` ({NearMiss.Suggest(unknown, map.Members.Keys)})";
        }

        if (map.Members.FirstOrDefault(member => !member.Value.MayBeNull && !value.ContainsKey(member.Key)).Key is { } missing)
        {
            return $"`{where}` lacks `{missing}`";
        }

        return value.Where(pair => map.Members.ContainsKey(pair.Key)).Select(pair => map.Members[pair.Key].Misfit(pair.Value, $"{where}.{pair.Key}")).FirstOrDefault(found => found is not null);
    }
}
