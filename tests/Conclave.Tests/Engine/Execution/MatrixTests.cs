using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>A matrix whose lists come from outputs.</summary>
public sealed class MatrixTests
{
    private const string PerPart = """
          split: { agent: pm, prompt: "split it", output: { type: object } }
          each: { needs: split, agent: pm, prompt: "do ${{ matrix.part }}", matrix: { part: "${{ phases.split.output.parts }}" } }
        """;

    private static TestSession Story(string phases, IModelGateway gateway, IJournal? journal = null) => new($$"""
        name: story
        version: 1
        inputs: { description: { required: true } }
        agents: { pm: { provider: openai, model: m1 } }
        phases:
        {{phases}}
        """) { Gateway = gateway, Journal = journal ?? new InMemoryJournal() };

    private static FakeGateway Splitting(string parts) => new(Answer(parts));

    private static Func<ModelRequest, string> Answer(string parts) => request =>
        request.Messages[0].Text == "split it" ? $$"""{"parts": {{parts}}}""" : $"[{request.Messages[0].Text}]";

    private static async Task<SessionState> Run(string parts, string phases = PerPart) => await Story(phases, Splitting(parts)).CreateAndRun();

    [Fact]
    public async Task A_list_from_an_output_gives_the_steps_and_the_output_is_in_its_order()
    {
        var state = await Run("""["x", "y", "z"]""");
        Assert.Equal("""["[do x]","[do y]","[do z]"]""", TestSession.Output(state, "each"));
        Assert.Equal(["x", "y", "z"], state.Phase(new("each")).Steps.Select(step => step.Label));
    }

    [Fact]
    public async Task A_list_from_an_output_is_combined_with_one_that_is_written_out() => Assert.Equal(
        """["[x in en]","[x in de]","[y in en]","[y in de]"]""",
        TestSession.Output(await Run("""["x", "y"]""", PerPart.Replace("do ${{ matrix.part }}", "${{ matrix.part }} in ${{ matrix.lang }}", StringComparison.Ordinal).Replace("parts }}\" }", "parts }}\", lang: [en, de] }", StringComparison.Ordinal)), "each"));

    [Fact]
    public async Task A_whole_matrix_may_be_a_list_of_maps()
    {
        var state = await Run("""[{"name": "api", "port": 1}, {"name": "web", "port": 2}]""", PerPart.Replace("do ${{ matrix.part }}", "${{ matrix.name }} at ${{ matrix.port }}", StringComparison.Ordinal).Replace("{ part: \"${{ phases.split.output.parts }}\" }", "\"${{ phases.split.output.parts }}\"", StringComparison.Ordinal));
        Assert.Equal("""["[api at 1]","[web at 2]"]""", TestSession.Output(state, "each"));
        Assert.Equal(["api,1", "web,2"], state.Phase(new("each")).Steps.Select(step => step.Label));
    }

    [Fact]
    public async Task What_the_questions_of_all_steps_begin_with_is_known_to_be_shared()
    {
        var asked = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var gateway = new FakeGateway(request =>
        {
            asked[request.Messages[0].Text] = request.SharedLength;
            return Answer("""["x", "y"]""")(request);
        });

        await Story(PerPart.Replace("do ${{ matrix.part }}", "of ${{ toJSON(phases.split.output) }} do ${{ matrix.part }}", StringComparison.Ordinal), gateway).CreateAndRun();

        Assert.Equal(0, asked["split it"]);
        var each = asked.Where(question => question.Key.StartsWith("of ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, each.Count);
        Assert.All(each, question => Assert.Equal(question.Key.Length - 1, question.Value));
    }

    [Fact]
    public async Task An_empty_list_gives_a_phase_that_succeeded_with_an_empty_output()
    {
        var gateway = Splitting("[]");
        var state = await Story(PerPart, gateway).CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, PhaseStatus.Succeeded, "[]", 1), (state.Status, state.Phase(new("each")).Status, TestSession.Output(state, "each"), gateway.Ledger.Count));
    }

    [Fact]
    public async Task A_single_value_still_gives_a_list() => Assert.Equal("""["[do x]"]""", TestSession.Output(await Run("""["x"]"""), "each"));

    [Theory]
    [InlineData("\"x\"", "the matrix of phase `each` can't be made: `part` of the matrix must be a list, not a text")]
    [InlineData("null", "the matrix of phase `each` can't be made: `part` of the matrix must be a list, not null")]
    [InlineData("257", "the matrix of phase `each` can't be made: the matrix has 257 cells, and 256 are allowed")]
    public async Task What_is_no_list_of_a_bearable_length_fails_the_phase(string parts, string reason)
    {
        var list = parts == "257" ? $"[{string.Join(',', Enumerable.Range(0, 257))}]" : parts;
        var state = await Run(list);
        Assert.Equal((SessionStatus.Failed, "CONC064", reason), (state.Status, state.Reason?.Code, state.Reason?.Text));
    }

    [Fact]
    public async Task An_entry_that_is_no_map_fails_a_phase_whose_whole_matrix_is_an_expression()
    {
        var state = await Run("[{\"a\": 1}, 2]", PerPart.Replace("{ part: \"${{ phases.split.output.parts }}\" }", "\"${{ phases.split.output.parts }}\"", StringComparison.Ordinal));
        Assert.Equal(("CONC064", "the matrix of phase `each` can't be made: entry 2 of the matrix must be an object, not a number"), (state.Reason?.Code, state.Reason?.Text));
    }

    [Theory]
    [InlineData("""["a/b", "c"]""")]
    [InlineData("""["a\nb", "c"]""")]
    [InlineData("""["", "c"]""")]
    [InlineData("""["c", "c"]""")]
    public async Task Values_that_are_no_names_are_numbered(string parts) =>
        Assert.Equal(["1", "2"], (await Run(parts, PerPart.Replace("${{ matrix.part }}", "${{ toJSON(matrix.part) }}", StringComparison.Ordinal))).Phase(new("each")).Steps.Select(step => step.Label));

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public async Task The_first_failure_keeps_steps_from_starting_unless_told_otherwise(bool failFast, int asked)
    {
        var gateway = new FakeGateway((request, _) => request.Messages[0].Text switch
        {
            "split it" => FakeGateway.Answered("""{"parts": ["x", "y", "z"]}"""),
            "do x" => new CallOutcome.Refused("policy", null),
            _ => FakeGateway.Answered("fine"),
        });
        var state = await Story(PerPart.Replace("parts }}\" }", $"parts }}}}\" }}, max_parallel: 1, fail_fast: {(failFast ? "true" : "false")}", StringComparison.Ordinal), gateway).CreateAndRun();
        Assert.Equal((SessionStatus.Failed, "CONC322", asked + 1), (state.Status, state.Reason?.Code, gateway.Ledger.Count));
    }

    [Fact]
    public async Task A_matrix_from_an_output_ends_the_same_after_a_crash_at_any_append()
    {
        var long5KB = new string('l', 5000);
        var state = await new CrashedStory((journal, gateway) => Story(PerPart, gateway, journal), Answer($"""["x", "{long5KB}"]""")).EndsTheSameAfterEveryCrash();
        Assert.Equal($"""["[do x]","[do {long5KB}]"]""", TestSession.Output(state, "each"));
    }
}
