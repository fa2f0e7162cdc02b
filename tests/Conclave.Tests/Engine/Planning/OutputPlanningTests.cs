using Conclave.Engine.Planning;
using Conclave.Server.Hosting;

namespace Conclave.Tests.Engine.Planning;

/// <summary>What the planner knows about the outputs of phases, and about what stands for them.</summary>
public sealed class OutputPlanningTests
{
    private const string Verified = """
          v: { uses: verify }
          w: { needs: v, agent: pm, prompt: "tell ${{ phases.v.output.verdict }}"
        """;

    // That somebody asks nobody, or reads nothing, is another matter.
    private static string Problems(string phases)
    {
        var text = $"name: a\nversion: 1\nagents: {{ pm: {{ provider: openai, model: m }} }}\nphases:\n{phases}";
        var planned = WorkflowPlanner.Plan(text, "w.yaml", new WorkflowLibrary(ConclaveHost.StepKinds).Catalog);
        var told = planned.Problems.Concat(planned.Warnings).Where(problem => problem.Code is not ("CONC090" or "CONC092"));
        return string.Join('\n', told.Select(problem => $"{problem.Code} {problem.Message} ({problem.Fix})"));
    }

    [Theory]
    [InlineData("v: { uses: verify }", "phases.v.output.verdct", "verdict")]
    [InlineData("v: { uses: finalize }", "phases.v.output.aded", "added")]
    [InlineData("v: { uses: build, agent: pm, with: { part: backend } }", "phases.v.output.file", "files")]
    [InlineData("v: { uses: review }", "phases.v.output[0].findngs", "findings")]
    [InlineData("v: { uses: build, agent: pm, with: { part: \"${{ matrix.p }}\" }, matrix: { p: [backend, frontend] } }", "phases.v.output[0].autor", "author")]
    public void A_misspelt_member_of_a_steps_output_is_found_before_the_run(string phase, string read, string meant)
    {
        var problems = Problems($"  {phase}\n  w: {{ needs: v, agent: pm, prompt: \"tell ${{{{ toJSON({read}) }}}}\" }}\n");
        Assert.Contains($"did you mean `{meant}`?", problems, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_that_does_not_exist_is_found_before_the_run() =>
        Assert.Contains("verifed", Problems($"{Verified}, if: \"phases.v.output.verdict == 'verifed'\" }}\n"), StringComparison.Ordinal);

    [Fact]
    public void A_verdict_that_does_is_no_problem() => Assert.Equal("", Problems($"{Verified}, if: \"phases.v.output.verdict == 'verified'\" }}\n"));

    [Theory]
    [InlineData("output: ballot, on_error: { default: none }", "`default` must be an object, not a text")]
    [InlineData("output: ballot, on_error: { default: { choise: A, reason: r, evidence: [], veto: false } }", "`default` has no `choise` (did you mean `choice`?)")]
    [InlineData("output: ballot, on_error: { default: { choice: A, evidence: [], veto: false } }", "`default` lacks `reason`")]
    [InlineData("output: ballot, on_error: { default: { choice: A, reason: r, evidence: none, veto: false } }", "`default.evidence` must be a list, not a text")]
    [InlineData("output: { type: string, enum: [red, blue] }, on_error: { default: rde }", "`default` can't be `rde` (did you mean `red`?)")]
    [InlineData("output: ballot, matrix: { n: [1, 2] }, on_error: { default: { choice: A, reason: r, evidence: [], veto: false } }", "`default` must be a list, not an object")]
    public void A_default_that_does_not_fit_the_output_is_a_problem(string keys, string misfit) =>
        Assert.StartsWith($"CONC068 `on_error` of phase `p` does not fit its output: {misfit}", Problems($"  p: {{ agent: pm, prompt: \"go on\", {keys} }}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("output: ballot, on_error: { default: { choice: A, reason: r, evidence: [], veto: false } }")]
    [InlineData("output: ballot, on_error: { default: null }")]
    [InlineData("output: ballot, matrix: { n: [1, 2] }, on_error: { default: [] }")]
    [InlineData("on_error: { default: { any: thing } }")]
    public void One_that_fits_is_none(string keys) => Assert.Equal("", Problems($"  p: {{ agent: pm, prompt: \"go on\", {keys} }}\n"));

    [Theory]
    [InlineData("uses: verify, prompt: \"go on\"", "CONC066 phase `p` has a `prompt`, and `verify` asks its own questions (remove it, or leave `uses` out)")]
    [InlineData("uses: verify, output: ballot", "CONC066 phase `p` has an `output`, and `verify` gives an output of its own (remove it, or leave `uses` out)")]
    [InlineData("agent: pm, prompt: \"go on\", output: { type: objct }", "CONC067 the output schema of phase `p` has the type `objct`, which JSON Schema does not know (did you mean `object`?)")]
    [InlineData("agent: pm, prompt: \"go on\", output: { type: array, items: { $ref: \"http://example.org/x\" } }", "CONC067 the output schema of phase `p` points to `http://example.org/x`, outside of itself (write that part out, or point into the schema with `#/...`)")]
    public void A_key_that_would_be_ignored_or_can_not_work_is_a_problem(string keys, string problem) => Assert.Equal(problem, Problems($"  p: {{ {keys} }}\n"));

    [Fact]
    public void A_property_called_type_is_a_name_like_any_other() =>
        Assert.Equal("", Problems("  p: { agent: pm, prompt: \"go on\", output: { type: object, properties: { type: { type: string } } } }\n"));

    [Theory]
    [InlineData("timeout: 10m", "", "CONC096 phase `p` fails when nobody answers within 10m (give it a `default`, or say with `on_error` what then)")]
    [InlineData("timeout: 10m, default: approve", "", "")]
    [InlineData("timeout: 10m", ", on_error: escalate", "")]
    public void An_approval_whose_time_ends_in_a_failure_is_noticed(string with, string more, string notice) =>
        Assert.Equal(notice, Problems($"  p: {{ uses: approval, with: {{ question: \"Go?\", {with} }}{more} }}\n"));
}
