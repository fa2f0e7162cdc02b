using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace Conclave.Engine.Planning;

/// <summary>
/// JSON Schemas made from records, so that the two can't differ. They stay within what all three vendors accept: every property is required, what may
/// be missing is nullable, nothing else is allowed.
/// </summary>
public static class RecordSchemas
{
    /// <summary>The schema of a record or of a list of records; no record may hold itself.</summary>
    public static OutputSchema Of<T>(string name) => Of(name, typeof(T));

    internal static OutputSchema Of(string name, Type type)
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Strict };
        var root = EngineJson.Options.GetJsonSchemaAsNode(type, options);
        return new OutputSchema(name, Inline(root, root)!.ToJsonString(EngineJson.Options));
    }

    // The exporter points to a type that it met before ("#/properties/files/items"); not every vendor follows such pointers. No record is recursive.
    private static JsonNode? Inline(JsonNode? node, JsonNode root) => node switch
    {
        JsonObject map when map["$ref"] is { } pointer => Inline(Find(root, pointer.GetValue<string>()), root),
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Inline(pair.Value, root)))),
        JsonArray list => new JsonArray([.. list.Select(item => Inline(item, root))]),
        _ => node?.DeepClone(),
    };

    private static JsonNode Find(JsonNode root, string pointer) =>
        pointer.Split('/').Skip(1).Aggregate(root, (node, name) => node is JsonArray list ? list[int.Parse(name)]! : node[name]!);

    private static JsonNode Strict(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject node)
        {
            return schema;
        }

        if (context.PropertyInfo?.AttributeProvider is { } member
            && member.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false).OfType<DescriptionAttribute>().FirstOrDefault() is { } description)
        {
            node.Insert(0, "description", description.Description);
        }

        if (node["properties"] is JsonObject properties)
        {
            node["required"] = new JsonArray([.. properties.Select(property => JsonValue.Create(property.Key))]);
            node["additionalProperties"] = false;
        }

        // An enum comes without its type, which one vendor insists on.
        if (node.ContainsKey("enum") && !node.ContainsKey("type"))
        {
            node.Insert(0, "type", "string");
        }

        return node;
    }
}
