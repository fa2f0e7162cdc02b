using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

/// <summary>What the planner says about loops and matrices.</summary>
public sealed class RepetitionPlanningTests
{
    private static string Problems(string phases) => string.Join('\n', WorkflowPlanner.Plan(
        $"name: a\nversion: 1\nagents: {{ pm: {{ provider: openai, model: m }} }}\nphases:\n{phases}", "w.yaml", TestSession.Catalog()).Problems);

    [Fact]
    public void Every_wrong_loop_is_reported_with_its_place_and_fix() => Assert.Equal(
        """
        w.yaml:5:42: CONC005 `loop` of phase `a` lacks `max`
        w.yaml:6:42: CONC005 `loop` of phase `b` lacks `until`
        w.yaml:6:49: CONC006 `max` of `loop` of phase `b` can't be `0` (write a whole number from 1 to 100)
        w.yaml:7:51: CONC017 `until` must be one expression, not `is ${{ true }}`
        w.yaml:8:51: CONC018 phase `d` reads `phases.a`, which is not before it (add `a` to its `needs`)
        w.yaml:9:27: CONC018 phase `e` reads `phases.e`, which is not before it (in prompt `phase e`) (add `e` to its `needs`)
        """,
        Problems("""
              a: { agent: pm, prompt: "go on", loop: { until: "true" } }
              b: { agent: pm, prompt: "go on", loop: { max: 0 } }
              c: { agent: pm, prompt: "go on", loop: { until: "is ${{ true }}", max: 2 } }
              d: { agent: pm, prompt: "go on", loop: { until: "phases.a.output", max: 2 } }
              e: { agent: pm, prompt: "${{ phases.e.output }}" }
            """));

    [Fact]
    public void Every_wrong_matrix_is_reported_with_its_place_and_fix() => Assert.Equal(
        """
        w.yaml:5:49: CONC006 `p` of the matrix must be a list with at least one value, or an expression that gives a list ("${{ phases.split.output.parts }}", for example)
        w.yaml:6:49: CONC006 `p` of the matrix must be a list with at least one value, or an expression that gives a list ("${{ phases.split.output.parts }}", for example)
        w.yaml:7:49: CONC017 a matrix must be one expression, not `x ${{ true }}`
        w.yaml:8:49: CONC018 phase `d` reads `phases.a`, which is not before it (add `a` to its `needs`)
        w.yaml:9:44: CONC006 `matrix` of phase `e` must be a list with at least one value, or an expression that gives a list ("${{ phases.split.output.parts }}", for example)
        """,
        Problems("""
              a: { agent: pm, prompt: "go on", matrix: { p: [] } }
              b: { agent: pm, prompt: "go on", matrix: { p: x } }
              c: { agent: pm, prompt: "go on", matrix: { p: "x ${{ true }}" } }
              d: { agent: pm, prompt: "go on", matrix: { p: "${{ phases.a.output }}" } }
              e: { agent: pm, prompt: "go on", matrix: all }
            """));

    [Fact]
    public void A_matrix_of_more_than_256_cells_is_refused_before_it_is_multiplied_out() => Assert.Equal(
        "w.yaml:5:46: CONC070 the matrix of phase `a` has more than 256 cells (shorten its lists, or split the phase)",
        Problems($"  a: {{ agent: pm, prompt: \"go on\", matrix: {{ {string.Join(", ", "abcdefgh".Select(name => $"{name}: [{string.Join(',', Enumerable.Range(0, 100))}]"))} }} }}"));
}
