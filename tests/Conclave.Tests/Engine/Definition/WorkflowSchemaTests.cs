using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using NJsonSchema;
using YamlDotNet.RepresentationModel;

namespace Conclave.Tests.Engine.Definition;

public sealed class WorkflowSchemaTests
{
    public static TheoryData<string> Workflows => [.. Repository.Files(".", "*.yaml").Where(file => Repository.Read(file).Contains("\nphases:", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Workflows))]
    public async Task Every_workflow_of_the_repository_names_the_schema_and_fits_it(string file)
    {
        var text = Repository.Read(file);
        var named = text.Split('\n')[0];
        Assert.StartsWith("# yaml-language-server: $schema=", named, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(Repository.Root, WorkflowSchema.Path), Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, named.Split('=')[1])));
        Assert.Empty((await Schema()).Validate(Json(text).ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public async Task The_schema_refuses_a_damaged_workflow_exactly_when_the_reader_does(string file)
    {
        var schema = await Schema();
        var (refused, accepted) = (0, 0);
        foreach (var (what, damaged) in Mutations(Json(Repository.Read(file))))
        {
            var text = damaged.ToJsonString();
            var byReader = WorkflowReader.Read(text, "w.yaml").Problems;
            var bySchema = schema.Validate(text);
            Assert.True(byReader.IsEmpty == (bySchema.Count == 0), $"{what}: the reader says {(byReader.IsEmpty ? "nothing" : byReader[0].ToString())}, the schema {(bySchema.Count == 0 ? "nothing" : bySchema.First().ToString())}");
            _ = byReader.IsEmpty ? accepted++ : refused++;
        }

        Assert.True(refused > 100 && accepted > 20, $"{refused} refused, {accepted} accepted");
    }

    [Fact]
    public async Task The_schema_has_every_key_that_the_reader_knows()
    {
        var definitions = WorkflowSchema.Create()["definitions"]!;
        foreach (var (place, definition) in new[] { ("", "workflow"), ("phases: { a: ", "phase"), ("agents: { a: ", "agent"), ("inputs: { a: ", "input"), ("budget: ", "budget"), ("defaults: { retry: ", "retry") })
        {
            var yaml = place.Length == 0 ? "zzzzzzzzzzzzzzzz: 1" : $"{place}{{ zzzzzzzzzzzzzzzz: 1 }}{string.Concat(place.Where(letter => letter == '{').Select(_ => " }"))}";
            var fix = WorkflowReader.Read(yaml, "w.yaml").Problems.First(problem => problem.Code == "CONC003" && problem.Message.EndsWith("`zzzzzzzzzzzzzzzz`", StringComparison.Ordinal)).Fix!;
            var known = fix["known: ".Length..].Split(", ");
            Assert.Subset(definitions[definition]!["properties"]!.AsObject().Select(key => key.Key).ToHashSet(StringComparer.Ordinal), known.ToHashSet(StringComparer.Ordinal));
        }

        await Task.CompletedTask;
    }

    private static Task<JsonSchema> Schema() => JsonSchema.FromJsonAsync(WorkflowSchema.Create().ToJsonString(), TestContext.Current.CancellationToken);

    private static JsonNode Json(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return MappingReader.ToJson(stream.Documents[0].RootNode)!;
    }

    // Each place in turn: taken away, another type, an unknown key beside it, another word.
    private static IEnumerable<(string What, JsonNode Damaged)> Mutations(JsonNode root)
    {
        JsonNode?[] others = [null, "no such word", 0, -1, 7, true, new JsonArray(), new JsonObject(), new JsonArray(new JsonObject()), new JsonObject { ["zzz"] = 1 }];
        foreach (var path in Paths(root, []).ToList())
        {
            foreach (var other in others)
            {
                yield return ($"{string.Join('.', path)} = {other?.ToJsonString() ?? "null"}", With(root, path, (parent, key) => Set(parent, key, other?.DeepClone())));
            }

            yield return ($"without {string.Join('.', path)}", With(root, path, Remove));
        }

        foreach (var path in Paths(root, []).Where(path => At(root, path) is JsonObject).Append([]).ToList())
        {
            yield return ($"unknown key in {string.Join('.', path)}", With(root, [.. path, "zzz"], (parent, key) => Set(parent, key, 1)));
        }
    }

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] path) => node switch
    {
        JsonObject map => map.SelectMany(pair => Paths(pair.Value, [.. path, pair.Key]).Prepend([.. path, pair.Key])),
        JsonArray list => Enumerable.Range(0, list.Count).SelectMany(index => Paths(list[index], [.. path, $"{index}"]).Prepend([.. path, $"{index}"])),
        _ => [],
    };

    private static JsonNode? At(JsonNode root, IEnumerable<string> path) => path.Aggregate((JsonNode?)root, (node, key) => node is JsonArray list ? list[int.Parse(key)] : node![key]);

    private static JsonNode With(JsonNode root, string[] path, Action<JsonNode, string> change)
    {
        var copy = root.DeepClone();
        change(At(copy, path[..^1])!, path[^1]);
        return copy;
    }

    private static void Set(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonArray list)
        {
            list[int.Parse(key)] = value;
        }
        else
        {
            parent[key] = value;
        }
    }

    private static void Remove(JsonNode parent, string key)
    {
        if (parent is JsonArray list)
        {
            list.RemoveAt(int.Parse(key));
        }
        else
        {
            parent.AsObject().Remove(key);
        }
    }
}
