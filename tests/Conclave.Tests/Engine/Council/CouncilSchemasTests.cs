using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;

namespace Conclave.Tests.Engine.Council;

public sealed class CouncilSchemasTests
{
    public static TheoryData<string> Names => [.. CouncilSchemas.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schema_stays_within_what_all_vendors_accept(string name)
    {
        Check(JsonDocument.Parse(CouncilSchemas.All[name].Json).RootElement, name);

        static void Check(JsonElement node, string path)
        {
            if (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("properties", out var properties))
            {
                Assert.False(node.GetProperty("additionalProperties").GetBoolean(), path);
                Assert.Equal(properties.EnumerateObject().Select(p => p.Name), node.GetProperty("required").EnumerateArray().Select(p => p.GetString()));
            }

            foreach (var (child, key) in Children(node))
            {
                Assert.DoesNotContain(key, new[] { "$ref", "anyOf", "oneOf", "allOf", "pattern", "format" });
                Check(child, $"{path}/{key}");
            }
        }

        static IEnumerable<(JsonElement, string)> Children(JsonElement node) => node.ValueKind switch
        {
            JsonValueKind.Object => node.EnumerateObject().Select(p => (p.Value, p.Name)),
            JsonValueKind.Array => node.EnumerateArray().Select((item, i) => (item, $"[{i}]")),
            _ => [],
        };
    }

    /// <summary>Run with <c>CONCLAVE_SNAPSHOTS=accept</c> to publish anew.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_published_schema_is_the_one_in_use(string name)
    {
        var file = Path.Combine(Repository.Root, CouncilSchemas.PublishedPath(name));
        var schema = CouncilSchemas.Published(name).ToJsonString(EngineJson.Indented) + "\n";
        if (Environment.GetEnvironmentVariable("CONCLAVE_SNAPSHOTS") == "accept")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, schema);
        }

        Assert.True(File.Exists(file), $"{CouncilSchemas.PublishedPath(name)} is missing; run the test with CONCLAVE_SNAPSHOTS=accept");
        Assert.True(File.ReadAllText(file).ReplaceLineEndings("\n") == schema, $"{CouncilSchemas.PublishedPath(name)} is not what is in use; run the test with CONCLAVE_SNAPSHOTS=accept");
    }

    [Fact]
    public void Nothing_else_is_published_as_a_schema() => Assert.Equal(
        CouncilSchemas.All.Keys.Select(CouncilSchemas.PublishedPath).Order(StringComparer.Ordinal),
        Repository.Files("docs/schemas", "*.json").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("requirements", "requirements.json")]
    [InlineData("plan", "plan-backend.json")]
    [InlineData("plan", "plan-frontend.json")]
    [InlineData("contract", "contract.json")]
    public async Task The_answers_of_the_demo_fit(string schema, string file)
    {
        var json = JsonNode.Parse(Repository.Read($"src/Conclave.Simulator/Scenarios/url-shortener/{file}"))!;
        var validator = await NJsonSchema.JsonSchema.FromJsonAsync(CouncilSchemas.All[schema].Json, TestContext.Current.CancellationToken);
        Assert.Empty(validator.Validate(json.ToJsonString()));
    }
}
