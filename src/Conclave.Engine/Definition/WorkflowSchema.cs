using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition;

/// <summary>
/// The JSON Schema (draft 7) of workflow files, for editors and other tools. It refuses what <see cref="WorkflowReader"/> refuses for its form; tests
/// keep the two in step. What depends on other parts of the file (names, expressions, cycles) is the planner's.
/// </summary>
public static class WorkflowSchema
{
    /// <summary>Where it is published.</summary>
    public const string Path = "docs/workflow.schema.json";

    /// <summary>The schema.</summary>
    public static JsonObject Create() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "Conclave workflow",
        ["definitions"] = new JsonObject(Definitions().Select(pair => KeyValuePair.Create(pair.Name, (JsonNode?)pair.Schema))),
        ["$ref"] = "#/definitions/workflow",
    };

    private static IEnumerable<(string Name, JsonObject Schema)> Definitions()
    {
        yield return ("workflow", Map(
            ("name", RequiredText("The workflow's name.")),
            ("version", Described(new JsonObject { ["enum"] = new JsonArray(1, WorkflowReader.Version) }, "The version of the format.")),
            ("inputs", Optional(Named("input", "What a session is given, by name."))),
            ("agents", Optional(Named("agent", "Who plays which role, by name.", mayBeEmpty: false))),
            ("budget", Optional(Ref("budget"))),
            ("defaults", Optional(Map(("timeout", Duration("The time for one try of a step; waiting for a rate limit, for the next attempt of a call or for people does not count.")), ("retry", Optional(Ref("retry")))))),
            ("phases", Named("phase", "The phases by name."))).Requiring("name", "version", "phases"));
        yield return ("input", Map(
            ("required", Flag("Whether a session can't start without it.")),
            ("default", Anything("What it is when nobody gives it."))));
        yield return ("agent", Map(
            ("provider", RequiredText("The vendor.")),
            ("model", RequiredText("The vendor's name of the model.")),
            ("role", Text("A prompt, or one sentence, that opens the agent's instructions.")),
            ("effort", Text("How hard to think, in the vendor's words: `low`, `medium`, `high`, ...")),
            ("max_output_tokens", Count(1, 1_000_000, "The most tokens of an answer.")),
            ("fallback", Texts("Who answers when this agent's model can't, in order."))).Requiring("provider", "model"));
        yield return ("phase", Map(
            ("needs", Texts("The phases that must be done before.")),
            ("if", Text("The condition; `success()` when nothing is said.")),
            ("agent", Text("Who does it.")),
            ("prompt", Text("A prompt's name, a file ending in `.md`, or the text itself.")),
            ("output", Anything("The name of a schema, or a JSON Schema.")),
            ("uses", Text("The kind of step; `ask` when nothing is said.")),
            ("with", AnyMap("The parameters of the step.")),
            ("matrix", MatrixOf()),
            ("max_parallel", Count(1, 1_000, "How many steps of a matrix run at a time.")),
            ("fail_fast", Flag("Whether the first step of a matrix that fails stops the others.")),
            ("retry", Optional(Ref("retry"))),
            ("timeout", Duration("The time for one try of a step; waiting for a rate limit, for the next attempt of a call or for people does not count.")),
            ("loop", Optional(Map(("until", RequiredText("The condition that ends it.")), ("max", RequiredCount(1, 1_000, "How often at most."))).Requiring("until", "max"))),
            ("on_error", OnErrorOf()),
            ("cache", OneOf("Whether answers are taken from earlier sessions, and kept for later ones.", "off", "read", "read-write")),
            ("budget", new JsonObject { ["anyOf"] = new JsonArray(Money("What the phase may cost, in USD."), Ref("phase-budget"), new JsonObject { ["type"] = "null" }) }),
            ("on_in_doubt", OneOf<OnInDoubt>("What happens to a call whose answer may have been paid for but was lost.")),
            ("max_output_tokens", Count(1, 1_000_000, "The most tokens of an answer."))));
        yield return ("retry", Map(
            ("attempts", Count(1, 100, "How often one call is attempted on one agent.")),
            ("backoff", OneOf<Backoff>("How the waits between attempts grow."))));
        yield return ("budget", Budget());
        yield return ("phase-budget", Budget().Requiring("usd"));
    }

    private static JsonObject Budget() => Map(
        ("usd", Optional(Money("The most that may be spent, in USD."))),
        ("on_exceed", OneOf<BudgetAction>("What happens when the next call would cost more.")));

    private static JsonObject Map(params IEnumerable<(string Key, JsonObject Schema)> keys) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Key, (JsonNode?)key.Schema))),
        ["additionalProperties"] = false,
    };

    private static JsonObject Requiring(this JsonObject map, params ReadOnlySpan<string> keys)
    {
        map["required"] = new JsonArray([.. keys.ToArray().Select(key => JsonValue.Create(key))]);
        return map;
    }

    // An entry that says nothing takes all defaults, if nothing of it is required.
    private static JsonObject Named(string definition, string description, bool mayBeEmpty = true) => Described(
        new JsonObject { ["type"] = "object", ["additionalProperties"] = mayBeEmpty ? Optional(Ref(definition)) : Ref(definition) }, description);

    private static JsonObject Ref(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    /// <summary>YAML's empty value stands for what is not said.</summary>
    private static JsonObject Optional(JsonObject schema) => schema["type"] is JsonValue one && !schema.ContainsKey("enum")
        ? With(schema, "type", new JsonArray(one.DeepClone(), "null"))
        : new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };

    // A plain scalar that looks like a number is a text where a text is wanted.
    private static JsonObject Text(string description) => Described(new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") }, description);

    private static JsonObject RequiredText(string description) => Described(new JsonObject { ["type"] = new JsonArray("string", "number", "boolean"), ["minLength"] = 1 }, description);

    private static JsonObject Texts(string description) => Described(
        new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "array", "null"), ["items"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") } }, description);

    private static JsonObject Flag(string description) => Described(new JsonObject { ["type"] = new JsonArray("boolean", "null") }, description);

    private static JsonObject Count(int min, int max, string description) => Described(
        new JsonObject { ["type"] = new JsonArray("integer", "null"), ["minimum"] = min, ["maximum"] = max }, description);

    private static JsonObject RequiredCount(int min, int max, string description) => Described(
        new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max }, description);

    private static JsonObject Money(string description) => Described(new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 }, description);

    private static JsonObject MatrixOf()
    {
        var list = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["minItems"] = 1 }, OneExpression()) };
        var lists = new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = list };
        return Described(
            new JsonObject { ["anyOf"] = new JsonArray(lists, OneExpression()) },
            "Lists by name, or expressions giving lists; the phase has one step for each combination. Or one expression giving a list of maps.");
    }

    private static JsonObject OneExpression() => new() { ["type"] = "string", ["pattern"] = "\\$\\{\\{" };

    private static JsonObject OnErrorOf() => new()
    {
        ["anyOf"] = new JsonArray(
            OneOf("What a failure means for the session; `escalate` asks a human.", "fail", "continue", "escalate"),
            Map(("default", Anything("What stands for the output."))).Requiring("default")),
    };

    private static JsonObject Duration(string description) => Described(
        new JsonObject { ["type"] = new JsonArray("string", "null"), ["pattern"] = "^0*([1-9][0-9]{0,7}s|[1-9][0-9]{0,5}m|[1-9][0-9]{0,3}h)$" }, $"{description} For example 90s, 10m or 2h.");

    private static JsonObject OneOf<T>(string description) where T : struct, Enum =>
        OneOf(description, Enum.GetValues<T>().Select(value => MappingReader.KebabCase(value.ToString())));

    private static JsonObject OneOf(string description, params IEnumerable<string> words) => Described(
        new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word)), null]) }, description);

    private static JsonObject Anything(string description) => Described([], description);

    private static JsonObject AnyMap(string description) => Described(new JsonObject { ["type"] = new JsonArray("object", "null") }, description);

    private static JsonObject Described(JsonObject schema, string description) => With(schema, "description", description);

    private static JsonObject With(JsonObject schema, string key, JsonNode value)
    {
        schema[key] = value;
        return schema;
    }
}
