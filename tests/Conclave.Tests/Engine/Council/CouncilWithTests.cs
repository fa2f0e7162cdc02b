using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Council;

/// <summary>What a council is told in a workflow file is checked before anything is paid.</summary>
public sealed class CouncilWithTests
{
    [Theory]
    [InlineData("voters: [pm, backend]")]
    [InlineData("voters: [pm, backend], quorum: 2, method: unanimous, tie: human, critique: false, unattended: fail")]
    [InlineData("voters: [pm, backend], method: weighted, weights: { pm: 2 }")]
    public void Councils_that_make_sense(string with) => Assert.Empty(Problems(with));

    [Theory]
    [InlineData("voters: []", "`voters` must be a list of 1 to 20 different agents")]
    [InlineData("voters: [pm, pm]", "`voters` must be a list of 1 to 20 different agents")]
    [InlineData("voters: pm", "`voters` must be a list of 1 to 20 different agents")]
    [InlineData("voters: [pm, backend], quorum: 3", "`quorum` must be a whole number from 1 to 2, the number of voters")]
    [InlineData("voters: [pm, backend], quorum: 0", "`quorum` must be a whole number from 1 to 2, the number of voters")]
    [InlineData("voters: [pm, backend], quorum: 1.5", "`quorum` must be a whole number from 1 to 2, the number of voters")]
    [InlineData("voters: [pm, backend], method: majorty", "`method` can't be `majorty` (did you mean `majority`?)")]
    [InlineData("voters: [pm, backend], tie: coin", "`tie` can't be `coin`")]
    [InlineData("voters: [pm, backend], critique: maybe", "`critique` can't be `maybe`")]
    [InlineData("voters: [pm, backend], unattended: first", "`unattended` can't be `first`")]
    [InlineData("voters: [pm, backend], method: weighted", "`method: weighted` needs `weights`")]
    [InlineData("voters: [pm, backend], weights: { pm: 2 }", "`weights` are for `method: weighted` only")]
    [InlineData("voters: [pm, backend], method: weighted, weights: { bakend: 2 }", "`weights` names `bakend`, which is no voter (did you mean `backend`?)")]
    [InlineData("voters: [pm, backend], method: weighted, weights: { pm: 0 }", "`weights` must give voters whole numbers from 1 to 100")]
    [InlineData("voters: [pm, backend], method: weighted, weights: 2", "`weights` must give voters whole numbers from 1 to 100")]
    public void Councils_that_make_none_are_refused_with_what_is_wrong(string with, string problem)
    {
        var found = Assert.Single(Problems(with));
        Assert.Contains("CONC041 `with` of phase `vote`: ", found, StringComparison.Ordinal);
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_council_needs_voters() => Assert.Contains("voters", Assert.Single(Problems("quorum: 1")), StringComparison.Ordinal);

    private static List<string> Problems(string with)
    {
        var planned = WorkflowPlanner.Plan(TestSession.Yaml($$"""
              plan-a: { agent: pm, prompt: "plan it", output: plan }
              plan-b: { agent: backend, prompt: "plan it", output: plan }
              compare: { needs: [plan-a, plan-b], uses: plan-diff }
              vote: { needs: compare, uses: council, with: { {{with}} } }
            """), "test.yaml", TestSession.Catalog());
        return [.. planned.Problems.Select(problem => problem.ToString())];
    }
}
