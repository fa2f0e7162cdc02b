using Conclave.Engine.Definition;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

/// <summary>What is said about approvals and failures before anything runs.</summary>
public sealed class ApprovalPlanningTests
{
    private static Checked<Workflow> Plan(string phases) => WorkflowPlanner.Plan(TestSession.Yaml(phases), "w.yaml", TestSession.Catalog());

    private static string Problems(string phases) => string.Join('\n', Plan(phases).Problems);

    [Theory]
    [InlineData("question: \"Go?\", default: aprove", "`default` can't be `aprove` (did you mean `approve`?)")]
    [InlineData("question: \"Go?\", options: [red, blue], default: approve", "`default` can't be `approve` (known: blue, red)")]
    [InlineData("question: \"Go?\", options: []", "`options` must be a list of 1 to 20 different texts")]
    [InlineData("question: \"Go?\", options: [a, a]", "`options` must be a list of 1 to 20 different texts")]
    [InlineData("question: \"Go?\", options: yes", "`options` must be a list of 1 to 20 different texts")]
    [InlineData("question: \"Go?\", timeout: soon", "`timeout` can't be `soon`; write a duration such as 90s, 10m or 2h")]
    [InlineData("question: \"\"", "`question` is empty")]
    public void A_wrong_parameter_of_an_approval_is_a_problem(string with, string problem) =>
        Assert.Equal($"w.yaml:8:33: CONC055 `with` of phase `ok`: {problem}", Problems($"  ok: {{ uses: approval, with: {{ {with} }} }}"));

    [Theory]
    [InlineData("question: \"${{ inputs.description }}\", options: [red, blue], default: blue, timeout: 2h")]
    [InlineData("question: \"Go?\", timeout: 2h")]
    [InlineData("question: \"Go?\", options: \"${{ inputs.description }}\", default: anything")]
    public void A_right_one_is_none(string with) => Assert.Equal("", Problems($"  ok: {{ uses: approval, with: {{ {with} }} }}"));

    [Fact]
    public void An_approval_needs_a_question() =>
        Assert.Contains("CONC014 phase `ok` lacks `with: { question: ... }`, which `approval` needs", Problems("  ok: { uses: approval }"), StringComparison.Ordinal);

    [Fact]
    public void Every_way_to_take_a_failure_is_read()
    {
        var phases = Plan("""
              a: { agent: pm, prompt: "go on" }
              b: { agent: pm, prompt: "go on", on_error: continue }
              c: { agent: pm, prompt: "go on", on_error: escalate }
              d: { agent: pm, prompt: "go on", on_error: { default: { ok: true } } }
              e: { agent: pm, prompt: "go on", on_error: { default: null } }
            """).Value!.Phases;
        Assert.Equal(["Fail", "Continue", "Escalate", "Default", "Default"], phases.Select(phase => phase.OnError.GetType().Name));
        Assert.Equal("""{"ok":true}""", Assert.IsType<OnError.Default>(phases[3].OnError).Value!.ToJsonString());
        Assert.Null(Assert.IsType<OnError.Default>(phases[4].OnError).Value);
    }

    [Theory]
    [InlineData("contine", "CONC006 `on_error` of phase `a` can't be `contine` (did you mean `continue`?)")]
    [InlineData("{ defualt: 1 }", "CONC003 `on_error` of phase `a` has no key `defualt` (did you mean `default`?)")]
    [InlineData("{ defualt: 1 }", "CONC005 `on_error` of phase `a` lacks `default`")]
    [InlineData("{ default: \"${{ inputs.description }}\" }", "CONC050 the default of `on_error` of phase `a` holds an expression, which is not evaluated there (write the value itself)")]
    public void A_wrong_way_is_a_problem(string onError, string problem) =>
        Assert.Contains(problem, Problems($$"""  a: { agent: pm, prompt: "go on", on_error: {{onError}} }"""), StringComparison.Ordinal);
}
