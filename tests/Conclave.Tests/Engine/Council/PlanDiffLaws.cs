using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Tests.Engine.Laws;

namespace Conclave.Tests.Engine.Council;

/// <summary>What holds for any two plans.</summary>
public sealed class PlanDiffLaws
{
    private static readonly AgentId Backend = new("backend");
    private static readonly AgentId Frontend = new("frontend");

    [Fact]
    public void The_comparison_is_the_same_whichever_plan_comes_first() => Seeds.Each(500, 50_000, seed =>
    {
        var (one, other) = Pair(seed);
        Assert.Equal(
            Show(PlanDiff.Compare(PlanSet.Of(RandomPlan.Requirements, one, other))),
            Show(PlanDiff.Compare(PlanSet.Of(RandomPlan.Requirements, other, one))));
    });

    [Fact]
    public void Who_wrote_which_plan_changes_no_conflict_but_its_names() => Seeds.Each(500, 50_000, seed =>
    {
        var (one, other) = Pair(seed);
        Assert.Equal(
            Ids(PlanSet.Of(RandomPlan.Requirements, one, other)),
            Ids(PlanSet.Of(RandomPlan.Requirements, one with { Author = Frontend }, other with { Author = Backend })));
    });

    [Fact]
    public void A_whole_plan_beside_itself_has_no_conflict_and_a_second_copy_adds_none() => Seeds.Each(500, 50_000, seed =>
    {
        var plan = RandomPlan.Whole(RandomPlan.From(new Random(seed)));
        Assert.Empty(PlanDiff.Conflicts(PlanSet.Of(RandomPlan.Requirements, new AuthoredPlan(Backend, plan), new AuthoredPlan(Frontend, plan))));
        var (one, other) = Pair(seed);
        Assert.Equal(Ids(PlanSet.Of(RandomPlan.Requirements, one, other)), Ids(PlanSet.Of(RandomPlan.Requirements, one, other, other)));
    });

    [Fact]
    public void Every_conflict_has_its_own_id_at_least_two_options_with_their_own_ids_and_evidence() => Seeds.Each(500, 50_000, seed =>
    {
        var (one, other) = Pair(seed);
        var conflicts = PlanDiff.Conflicts(PlanSet.Of(RandomPlan.Requirements, one, other));
        Assert.Equal(conflicts.Length, conflicts.DistinctBy(conflict => conflict.Id).Count());
        Assert.All(conflicts, conflict =>
        {
            Assert.True(conflict.Options.Length >= 2, conflict.Id);
            Assert.Equal(conflict.Options.Length, conflict.Options.DistinctBy(option => option.Id).Count());
            Assert.NotEmpty(conflict.OpenOptions());
            Assert.NotEmpty(conflict.Evidence);
        });
    });

    private static (AuthoredPlan One, AuthoredPlan Other) Pair(int seed)
    {
        var random = new Random(seed);
        return (new AuthoredPlan(Backend, RandomPlan.From(random)), new AuthoredPlan(Frontend, RandomPlan.From(random)));
    }

    private static IEnumerable<string> Ids(PlanSet plans) => PlanDiff.Conflicts(plans).Select(conflict => conflict.Id).Order(StringComparer.Ordinal);

    private static string Show(Comparison comparison) => JsonSerializer.Serialize(comparison, EngineJson.Options);
}
