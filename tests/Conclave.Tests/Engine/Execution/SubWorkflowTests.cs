using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary><c>uses: workflow</c>: the phases of another file as one phase.</summary>
public sealed class SubWorkflowTests
{
    private const string Child = """
        name: child
        version: 1
        inputs: { topic: { required: true }, tone: { default: dry } }
        agents: { critic: { provider: gemini, model: m3 } }
        phases:
          draft: { agent: pm, prompt: "draft ${{ inputs.topic }}, ${{ inputs.tone }}" }
          judge: { needs: draft, agent: critic, prompt: "judge ${{ phases.draft.output }}" }
        """;

    private static TestSession Story(string phases, IModelGateway gateway, IJournal? journal = null, string child = Child) => new($$"""
        name: story
        version: 1
        inputs: { description: { required: true } }
        agents: { pm: { provider: openai, model: m1 }, backend: { provider: anthropic, model: m2 } }
        phases:
        {{phases}}
        """) { Gateway = gateway, Journal = journal ?? new InMemoryJournal(), Workflows = ImmutableDictionary<string, string>.Empty.Add("child.yaml", child).Add("parts/grandchild.yaml", Child) };

    private static string Echo(ModelRequest request) => $"[{request.Messages[0].Text}]";

    private static Task<SessionState> Run(string phases, string child = Child) => Story(phases, new FakeGateway(Echo), child: child).CreateAndRun();

    private static string Statuses(SessionState state) => string.Join(' ', state.Created.Phases.Select(id => $"{id}:{state.Phase(id).Status}"));

    [Fact]
    public async Task Its_phases_join_the_graph_and_its_output_has_theirs_by_name()
    {
        var gateway = new FakeGateway(Echo);
        var state = await Story("""
              a: { agent: pm, prompt: "hot tea" }
              sub: { needs: a, uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ phases.a.output }}" } } }
              b: { needs: sub, agent: pm, prompt: "got ${{ phases.sub.output.judge }}" }
            """, gateway).CreateAndRun();

        Assert.Equal("a:Succeeded sub:Succeeded sub/draft:Succeeded sub/judge:Succeeded b:Succeeded", Statuses(state));
        Assert.Equal("""{"draft":"[draft [hot tea], dry]","judge":"[judge [draft [hot tea], dry]]"}""", TestSession.Output(state, "sub"));
        Assert.Equal("\"[got [judge [draft [hot tea], dry]]]\"", TestSession.Output(state, "b"));
        Assert.Equal(["openai", "openai", "gemini", "openai"], gateway.Ledger.Select(request => request.Provider));
        Assert.Equal(["backend", "pm", "sub/critic"], state.Created.Agents.Select(seat => seat.Agent.Id.Value));
    }

    [Fact]
    public async Task An_agent_that_it_defines_itself_plays_in_it_and_only_in_it()
    {
        var gateway = new FakeGateway(Echo);
        await Story("""
              sub: { uses: workflow, with: { file: child.yaml, inputs: { topic: tea } } }
              b: { needs: sub, agent: pm, prompt: "go outside" }
            """, gateway, child: Child.Replace("critic: {", "pm: { provider: anthropic, model: own }, critic: {", StringComparison.Ordinal)).CreateAndRun();
        Assert.Equal(["own", "m3", "m1"], gateway.Ledger.Select(request => request.Model));
    }

    [Fact]
    public async Task Its_condition_and_needs_guard_all_phases_in_it()
    {
        Assert.Equal(
            "a:Succeeded sub:Skipped b:Succeeded sub/draft:Skipped sub/judge:Skipped".Split(' ').Order(),
            Statuses(await Run("""
                  a: { agent: pm, prompt: "hot tea" }
                  sub: { needs: a, if: "phases.a.output == 'no'", uses: workflow, with: { file: child.yaml, inputs: { topic: tea } } }
                  b: { needs: sub, agent: pm, prompt: "go on" }
                """)).Split(' ').Order());

        var always = Child.Replace("draft: {", "draft: { if: \"always()\",", StringComparison.Ordinal);
        var blocked = await Story("""
              a: { agent: backend, prompt: "hot tea" }
              sub: { needs: a, uses: workflow, with: { file: child.yaml, inputs: { topic: tea } } }
            """, new FakeGateway((request, _) => request.Provider == "anthropic" ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered("fine")), child: always).CreateAndRun();
        Assert.Equal("a:Failed sub:Blocked sub/draft:Blocked sub/judge:Blocked", Statuses(blocked));
    }

    [Theory]
    [InlineData("fail", SessionStatus.Failed, "sub:Failed sub/draft:Succeeded sub/judge:Failed b:Blocked")]
    [InlineData("continue", SessionStatus.Succeeded, "sub:Tolerated sub/draft:Succeeded sub/judge:Failed b:Succeeded")]
    public async Task A_phase_that_fails_in_it_fails_it_and_on_error_decides(string onError, SessionStatus status, string statuses)
    {
        var state = await Story($$"""
              sub: { on_error: {{onError}}, uses: workflow, with: { file: child.yaml, inputs: { topic: tea } } }
              b: { needs: sub, agent: pm, prompt: "go on" }
            """, new FakeGateway((request, _) => request.Provider == "gemini" ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered("fine"))).CreateAndRun();

        Assert.Equal((status, statuses), (state.Status, Statuses(state)));
        Assert.Equal("CONC322", state.Phase(new("sub")).Failure?.Code);
        Assert.StartsWith("phase `sub/judge` failed: ", state.Phase(new("sub")).Failure?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_matrix_each_cell_has_its_own_copy()
    {
        var state = await Run("""  sub: { matrix: { t: [tea, rum] }, max_parallel: 1, uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ matrix.t }}", tone: wet } } }""");
        Assert.Equal("sub:Succeeded sub[tea]/draft:Succeeded sub[tea]/judge:Succeeded sub[rum]/draft:Succeeded sub[rum]/judge:Succeeded", Statuses(state));
        Assert.Equal("""[{"draft":"[draft tea, wet]","judge":"[judge [draft tea, wet]]"},{"draft":"[draft rum, wet]","judge":"[judge [draft rum, wet]]"}]""", TestSession.Output(state, "sub"));
    }

    [Theory]
    [InlineData(true, "sub[tea]/draft:Failed sub[rum]/draft:Blocked")]
    [InlineData(false, "sub[tea]/draft:Failed sub[rum]/draft:Succeeded")]
    public async Task A_failed_cell_keeps_the_next_from_starting_unless_told_otherwise(bool failFast, string statuses)
    {
        var state = await Story(
            $$$"""  sub: { matrix: { t: [tea, rum] }, max_parallel: 1, fail_fast: {{{(failFast ? "true" : "false")}}}, uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ matrix.t }}" } } }""",
            new FakeGateway((request, _) => request.Messages[0].Text.Contains("draft tea", StringComparison.Ordinal) ? new CallOutcome.Refused("policy", null) : FakeGateway.Answered("fine"))).CreateAndRun();
        Assert.Equal(SessionStatus.Failed, state.Status);
        Assert.Equal(statuses, string.Join(' ', Statuses(state).Split(' ').Where(phase => phase.Contains("draft", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task An_input_that_can_not_be_evaluated_fails_the_phase_before_anything_in_it_begins()
    {
        var state = await Run("""
              a: { agent: pm, prompt: "hot tea" }
              sub: { needs: a, uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ length(fromJSON(phases.a.output)) }}" } } }
            """);
        Assert.Equal((SessionStatus.Failed, "CONC065"), (state.Status, state.Reason?.Code));
        Assert.Equal("a:Succeeded sub:Failed sub/draft:Blocked sub/judge:Blocked", Statuses(state));
    }

    [Fact]
    public async Task Files_may_use_files_and_inputs_pass_through()
    {
        var state = await Run("""  sub: { uses: workflow, with: { file: child.yaml } }""", """
            name: child
            version: 1
            phases:
              inner: { uses: workflow, with: { file: parts/grandchild.yaml, inputs: { topic: gin } } }
              after: { needs: inner, agent: backend, prompt: "${{ phases.inner.output.draft }}" }
            """);
        Assert.Equal("""{"inner":{"draft":"[draft gin, dry]","judge":"[judge [draft gin, dry]]"},"after":"[[draft gin, dry]]"}""", TestSession.Output(state, "sub"));
        Assert.Equal(["child.yaml", "parts/grandchild.yaml"], state.Created.SubWorkflows!.Keys);
    }

    [Fact]
    public async Task It_ends_the_same_after_a_crash_at_any_append()
    {
        var state = await new CrashedStory((journal, gateway) => Story("""
              a: { agent: pm, prompt: "hot tea" }
              sub: { needs: a, matrix: { t: [x, y] }, uses: workflow, with: { file: child.yaml, inputs: { topic: "${{ matrix.t }} ${{ phases.a.output }}" } } }
              b: { needs: sub, agent: pm, prompt: "got ${{ phases.sub.output[1].judge }}" }
            """, gateway, journal), Echo).EndsTheSameAfterEveryCrash();
        Assert.Equal("\"[got [judge [draft y [hot tea], dry]]]\"", TestSession.Output(state, "b"));
    }
}
