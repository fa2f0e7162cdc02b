using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Council;

/// <summary>
/// The JSON Schemas of the council's records, made from the records themselves so that the two can't differ.
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
    }.ToImmutableDictionary(pair => pair.Name, pair => RecordSchemas.Of(pair.Name, pair.Type));

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
}

/// <summary>What a council gives: its decisions in the order of the conflicts.</summary>
public sealed record CouncilOutput(ImmutableArray<CouncilDecision> Decisions);
