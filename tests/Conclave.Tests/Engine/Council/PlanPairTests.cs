using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Council.Rules;
using Conclave.Engine.Council.Wording;
using Conclave.Engine.Definition;

namespace Conclave.Tests.Engine.Council;

/// <summary>Plans as models write them, with the conflicts that must be found in them and no other. <c>Pairs/README.md</c> says how to write one.</summary>
public sealed class PlanPairTests
{
    public static TheoryData<string> Pairs => [.. Repository.Files("tests/Conclave.Tests/Engine/Council/Pairs", "*.json")];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Exactly_the_expected_conflicts_are_found(string file)
    {
        var pair = JsonNode.Parse(Repository.Read(file))!.Deserialize<PlanPair>(EngineJson.Options)!;
        var plans = PlanSet.Of(pair.Requirements, new AuthoredPlan(new AgentId("backend"), Plan(pair.First)), new AuthoredPlan(new AgentId("frontend"), Plan(pair.Second)));
        Assert.Equal(
            pair.Expected.Select(Id).Order(StringComparer.Ordinal),
            PlanDiff.Conflicts(plans).Select(conflict => conflict.Id).Order(StringComparer.Ordinal));
    }

    private static Plan Plan(JsonObject given)
    {
        var whole = JsonSerializer.SerializeToNode(Conclave.Engine.Council.Plan.Empty, EngineJson.Options)!.AsObject();
        foreach (var (key, value) in given)
        {
            Assert.True(whole.ContainsKey(key), $"a plan has no `{key}`");
            whole[key] = value?.DeepClone();
        }

        return whole.Deserialize<Plan>(EngineJson.Options)!;
    }

    private static string Id(ExpectedConflict expected) => Conflicts.Id(expected.Rule, expected.Rule switch
    {
        UnservedEndpointRule.Name or EndpointShapeRule.Name when expected.Subject.Split(' ', 2) is [var method, var path] =>
            PlanNames.Route(new Endpoint(method, path, EndpointSide.Calls, [], [], 200, "", [])),
        EntityShapeRule.Name => PlanNames.Thing(expected.Subject),
        FileOwnerRule.Name => PlanNames.Path(expected.Subject),
        TechnologyVersionRule.Name => ChoiceText.Of(expected.Subject).Things is [var thing, ..] ? thing.Term.Name : PlanNames.Name(expected.Subject),
        _ => expected.Subject,
    });

    private sealed record PlanPair(string Name, string About, Requirements? Requirements, JsonObject First, JsonObject Second, ImmutableArray<ExpectedConflict> Expected);

    private sealed record ExpectedConflict(string Rule, string Subject);
}
