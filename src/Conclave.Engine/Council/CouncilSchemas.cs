using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Council;

/// <summary>
/// The JSON Schemas of the council's records, made from the records themselves so that the two can't differ. They stay within what all three
/// vendors accept: every property is required, what may be missing is nullable, nothing else is allowed.
/// </summary>
public static class CouncilSchemas
{
    private static readonly ImmutableDictionary<string, OutputSchema> ByName = new (string Name, Type Type)[]
    {
        ("requirements", typeof(Requirements)),
        ("plan", typeof(Plan)),
        ("comparison", typeof(Comparison)),
        ("ballot", typeof(BallotAnswer)),
        ("decisions", typeof(CouncilOutput)),
        ("contract", typeof(Contract)),
        ("review", typeof(Review)),
        ("approval", typeof(Approval)),
    }.ToImmutableDictionary(pair => pair.Name, pair => new OutputSchema(pair.Name, Schema(pair.Type)));

    /// <summary>All of them by name.</summary>
    public static ImmutableDictionary<string, OutputSchema> All => ByName;

    /// <summary>Where a schema is published, from the repository's root.</summary>
    public static string PublishedPath(string name) => $"docs/schemas/{name}.schema.json";

    /// <summary>A schema as it is published: with its dialect and its name.</summary>
    public static JsonObject Published(string name)
    {
        var schema = JsonNode.Parse(All[name].Json)!.AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", name);
        return schema;
    }

    private static string Schema(Type type)
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Strict };
        var root = EngineJson.Options.GetJsonSchemaAsNode(type, options);
        return Inline(root, root)!.ToJsonString(EngineJson.Options);
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

/// <summary>What a council gives: its decisions in the order of the conflicts.</summary>
public sealed record CouncilOutput(ImmutableArray<CouncilDecision> Decisions);
