using Conclave.Engine.Definition;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

public sealed class WorkflowWarningTests
{
    private static Checked<Workflow> Plan(string phases, string more = "") => WorkflowPlanner.Plan(
        $"name: a\nversion: 1\ninputs: {{ description: {{ required: true }}{more} }}\nagents:\n  pm: {{ provider: openai, model: m }}\nphases:\n{phases}", "w.yaml", TestSession.Catalog());

    private static string Warnings(string phases, string more = "")
    {
        var planned = Plan(phases, more);
        Assert.True(planned.IsValid, string.Join('\n', planned.Problems));
        return string.Join('\n', planned.Warnings);
    }

    [Fact]
    public void An_output_that_nobody_reads_is_a_warning_and_the_workflow_is_valid() => Assert.Equal(
        "w.yaml:7:3: warning CONC090 nobody reads the output of phase `idle` (read it with `${{ phases.idle.output }}` in a later prompt, or remove the phase)",
        Warnings("""
              idle:  { agent: pm, prompt: "about ${{ inputs.description }}" }
              asked: { agent: pm, prompt: "go on" }
              last:  { needs: [idle, asked], agent: pm, prompt: "use ${{ phases.asked.output }}", if: "phases.idle.status == 'succeeded'" }
            """));

    [Fact]
    public void A_step_that_takes_plans_by_itself_reads_them() => Assert.Equal("", Warnings("""
          one:  { agent: pm, prompt: "about ${{ inputs.description }}", output: plan }
          two:  { agent: pm, prompt: "go on", output: plan }
          diff: { needs: [one, two], uses: plan-diff }
        """));

    [Fact]
    public void A_phase_whose_condition_is_never_true_and_what_reads_it_is_a_warning() => Assert.Equal(
        """
        w.yaml:7:41: warning CONC091 phase `off` never runs: its condition `false && inputs.description == 'x'` is never true (remove the phase or correct the condition)
        w.yaml:8:53: warning CONC091 phase `behind` never runs: its condition `phases.off.status == 'succeeded'` is never true (remove the phase or correct the condition)
        w.yaml:9:53: warning CONC091 phase `rescue` never runs: its condition `failure()` is never true (remove the phase or correct the condition)
        w.yaml:10:44: warning CONC095 phase `reader` reads `phases.off.output`, which is always null: `off` never runs
        """,
        Warnings("""
              off:    { agent: pm, prompt: x y, if: "false && inputs.description == 'x'" }
              behind: { needs: off, agent: pm, prompt: x y, if: "phases.off.status == 'succeeded'" }
              rescue: { needs: off, agent: pm, prompt: x y, if: failure() }
              reader: { needs: off, agent: pm, prompt: "use ${{ toJSON(phases.off.output) }}" }
            """));

    [Fact]
    public void Agents_and_inputs_nobody_uses_and_a_need_given_twice_are_warnings() => Assert.Equal(
        """
        w.yaml:3:44: warning CONC093 nobody reads input `github` (read it with `${{ inputs.github }}`, or remove it)
        w.yaml:7:3: warning CONC092 nobody asks agent `idle` (name it in a phase, or remove it)
        w.yaml:10:19: warning CONC094 phase `b` needs `a` twice (once is enough)
        """,
        string.Join('\n', WorkflowPlanner.Plan(
            """
            name: a
            version: 1
            inputs: { description: { required: true }, github: {} }
            agents:
              pm: { provider: openai, model: m, fallback: [spare] }
              spare: { provider: openai, model: m }
              idle: { provider: openai, model: m }
            phases:
              a: { agent: pm, prompt: "about ${{ inputs.description }}" }
              b: { needs: [a, a], agent: pm, prompt: "use ${{ phases.a.output }}" }
            """,
            "w.yaml",
            TestSession.Catalog()).Warnings));

    [Theory]
    [InlineData("failure()")]
    [InlineData("phases.a.status == 'succeeded'")]
    [InlineData("inputs.description == 'x' || false")]
    [InlineData("cancelled()")]
    [InlineData("phases.off.status == 'blocked'")]
    public void A_condition_that_can_be_true_is_no_warning(string condition) => Assert.DoesNotContain(
        "CONC091",
        Warnings($"  a: {{ agent: pm, prompt: \"about ${{{{ inputs.description }}}}\" }}\n  off: {{ needs: a, agent: pm, prompt: x y, if: \"false\" }}\n  b: {{ needs: [a, off], agent: pm, prompt: \"use ${{{{ phases.a.output }}}}\", if: \"{condition}\" }}").Replace("CONC091 phase `off`", "", StringComparison.Ordinal),
        StringComparison.Ordinal);
}
