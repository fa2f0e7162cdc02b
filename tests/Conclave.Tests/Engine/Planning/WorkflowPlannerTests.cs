using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

public sealed class WorkflowPlannerTests
{
    private static string Problems(string phases, string agents = "pm: { provider: openai, model: m }") =>
        string.Join('\n', WorkflowPlanner.Plan($"name: a\nversion: 1\ninputs: {{ description: {{ required: true }} }}\nagents:\n  {agents}\nphases:\n{phases}", "w.yaml", TestSession.Catalog()).Problems);

    [Fact]
    public void A_cycle_prints_its_whole_path() => Assert.Equal(
        "w.yaml:8:3: CONC011 phases form a cycle: plan -> vote -> build -> plan (remove one of these `needs`)",
        Problems("""
              start: { agent: pm, prompt: "go on" }
              plan: { needs: [start, vote], agent: pm, prompt: "go on" }
              vote: { needs: build, agent: pm, prompt: "go on" }
              build: { needs: plan, agent: pm, prompt: "go on" }
            """));

    [Fact]
    public void Every_cycle_is_reported_and_what_else_is_wrong_in_it_too() => Assert.Equal(
        """
        w.yaml:7:18: CONC011 phase `self` needs itself (remove this)
        w.yaml:8:3: CONC011 phases form a cycle: a -> b -> a (remove one of these `needs`)
        w.yaml:9:25: CONC012 there is no agent `pn` (known: pm)
        w.yaml:9:37: CONC018 `inputs.descripton` does not exist (in prompt `phase b`) (did you mean `description`?)
        """,
        Problems("""
              self: { needs: self, agent: pm, prompt: "go on" }
              a: { needs: b, agent: pm, prompt: "go on ${{ phases.b.output }}" }
              b: { needs: a, agent: pn, prompt: "go on ${{ inputs.descripton }}" }
            """));

    [Fact]
    public void Every_unknown_name_is_reported_with_what_was_probably_meant() => Assert.Equal(
        """
        w.yaml:7:26: CONC012 there is no agent `pn` (known: pm)
        w.yaml:8:14: CONC013 phase `b` uses `plan-dif`, which does not exist (did you mean `plan-diff`?)
        w.yaml:8:32: CONC010 phase `b` needs `plan-backnd`, which does not exist (did you mean `plan-backend`?)
        w.yaml:9:27: CONC015 phase `c` wants the prompt `ballott`, but there is no such name (did you mean `ballot`?)
        w.yaml:9:44: CONC016 phase `c` wants the output `plam`, which is no schema (did you mean `plan`?)
        w.yaml:10:3: CONC012 phase `d` lacks `agent`, which `ask` needs (known: pm)
        w.yaml:11:3: CONC014 phase `e` lacks `with: { voters: ... }`, which `council` needs
        w.yaml:11:31: CONC014 `council` takes no `voter` (did you mean `voters`?)
        """,
        Problems("""
              plan-backend: { agent: pn, prompt: "go on" }
              b: { uses: plan-dif, needs: [plan-backnd] }
              c: { agent: pm, prompt: ballott, output: plam }
              d: { prompt: "go on" }
              e: { uses: council, with: { voter: [pm] } }
            """));

    [Fact]
    public void An_expression_may_read_only_what_is_before_its_phase() => Assert.Equal(
        """
        w.yaml:8:40: CONC018 phase `b` reads `phases.a`, which is not before it (add `a` to its `needs`)
        w.yaml:9:40: CONC018 `phases.x` does not exist (known: a, b, c, d)
        w.yaml:10:40: CONC018 `inputs.descripton` does not exist (did you mean `description`?)
        w.yaml:10:75: CONC014 `ask` takes no `a` (there is none)
        w.yaml:10:75: CONC017 `${{ length( }}`: expected a value but the expression ends
        """,
        Problems("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "go on", if: "${{ phases.a.output == 1 }}" }
              c: { agent: pm, prompt: "go on", if: "phases.x.output == 1" }
              d: { agent: pm, prompt: "go on", if: "inputs.descripton == ''", with: { a: "${{ length( }}" } }
            """));

    [Fact]
    public void A_matrix_has_a_step_for_each_combination_the_last_list_turning_fastest()
    {
        var workflow = WorkflowPlanner.Plan(
            "name: a\nversion: 1\nagents: { pm: { provider: openai, model: m } }\nphases: { p: { agent: pm, prompt: \"go on\", matrix: { a: [x, y], b: [1, 2] } } }", "w.yaml", TestSession.Catalog()).Value!;
        Assert.Equal(["x,1", "x,2", "y,1", "y,2"], workflow.Phases[0].Matrix.Select(cell => cell.Label));
    }

    [Fact]
    public void Phases_are_ordered_by_their_needs_and_else_as_in_the_file()
    {
        var workflow = WorkflowPlanner.Plan(
            """
            name: a
            version: 1
            agents: { pm: { provider: openai, model: m } }
            phases:
              z: { agent: pm, prompt: "go on", needs: b }
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "go on", needs: c }
              c: { agent: pm, prompt: "go on" }
            """,
            "w.yaml",
            TestSession.Catalog()).Value!;
        Assert.Equal(["a", "c", "b", "z"], workflow.Phases.Select(phase => phase.Id.Value));
        Assert.Equal(["b", "c"], workflow.Phases[3].Ancestors.Select(id => id.Value).Order());
    }
}
