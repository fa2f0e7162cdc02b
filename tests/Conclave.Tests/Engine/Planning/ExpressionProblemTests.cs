using Conclave.Engine.Execution;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

public sealed class ExpressionProblemTests
{
    private static string Problems(string phases) =>
        string.Join('\n', WorkflowPlanner.Plan($"name: a\nversion: 1\ninputs: {{ description: {{ required: true }}, github: {{ default: \"\" }} }}\nagents:\n  pm: {{ provider: openai, model: m }}\nphases:\n{phases}", "w.yaml", TestSession.Catalog()).Problems);

    [Fact]
    public void Types_come_from_schemas_inputs_and_matrices() => Assert.Equal(
        """
        w.yaml:8:47: CONC080 `phases.req.output` has no member `titel` (in prompt `phase a`) (did you mean `title`?)
        w.yaml:9:42: CONC082 `phases.req.status == 'done'` is always false: it can't be `done` (known: blocked, cancelled, failed, pending, running, skipped, succeeded, tolerated)
        w.yaml:10:42: CONC083 a condition must be true or false, and `inputs.github` is a text
        w.yaml:11:28: CONC012 `matrix.who` gives `pn`, and there is no agent `pn` (known: pm)
        w.yaml:12:40: CONC081 `phases.d.output` is a list, which has no member `x` (in prompt `phase e`) (take one of its items, for example `[0]`)
        w.yaml:13:47: CONC084 `phases[...]` is always null: which phases are read must be known before the run (write `phases.NAME`)
        w.yaml:14:63: CONC086 `if` is decided once for the whole phase and can't see its `matrix` (take the value out of the matrix, or decide in the prompt)
        """,
        Problems("""
              req: { agent: pm, prompt: "about ${{ inputs.description }}", output: requirements }
              a: { needs: req, agent: pm, prompt: "title: ${{ phases.req.output.titel }}" }
              b: { needs: req, uses: plan-diff, if: "${{ phases.req.status == 'done' }}" }
              c: { needs: req, uses: plan-diff, if: "inputs.github" }
              d: { needs: req, agent: "${{ matrix.who }}", prompt: x y, matrix: { who: [pm, pn] } }
              e: { needs: d, agent: pm, prompt: "x ${{ phases.d.output.x }}" }
              f: { needs: d, agent: pm, prompt: x y, if: "${{ phases['d'] == null }}" }
              g: { agent: pm, prompt: x y, matrix: { part: [a, b] }, if: "matrix.part == 'a'" }
            """));

    [Fact]
    public void A_place_inside_a_block_text_or_a_quoted_one_is_named_exactly() => Assert.Equal(
        """
        w.yaml:11:14: CONC081 `length` wants a text, a list or an object, and `1` is a number (in prompt `phase a`)
        w.yaml:15:31: CONC017 prompt `phase b`, character 25: expected a value but the expression ends
        w.yaml:16:52: CONC081 `length` wants a text, a list or an object, and `2` is a number (in prompt `phase c`)
        w.yaml:17:27: CONC081 `length` wants a text, a list or an object, and `3` is a number (in prompt `phase d`)
        """,
        Problems("""
              a:
                agent: pm
                prompt: |
                  First line.
                    Then ${{ length(1) }}.
              b:
                agent: pm
                prompt: |
                  Some words and ${{ 1 == }}
              c: { agent: pm, prompt: 'it ${{ inputs.github }} ${{ length(2) }}' }
              d: { agent: pm, prompt: "a\tb ${{ length(3) }}" }
            """));

    [Fact]
    public async Task The_fields_of_a_session_are_those_that_the_checker_knows()
    {
        var session = new TestSession("name: a\nversion: 1\nagents: { pm: { provider: openai, model: m } }\nphases: { a: { agent: pm, prompt: go on } }") { Gateway = new FakeGateway(_ => "x") };
        var context = SessionContexts.For(await session.CreateAndRun(), []);
        Assert.Equal(PhaseTypes.Session.Members.Keys, context.Values["session"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));
    }
}
