using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

/// <summary>What the planner says about files that use files.</summary>
public sealed class SubWorkflowPlanningTests
{
    private const string Leaf = "name: leaf\nversion: 1\ninputs: { topic: { required: true }, tone: { default: dry } }\nphases:\n  a: { agent: pm, prompt: \"go on\" }\n";

    private static string Using(string file) => $"name: n\nversion: 1\nphases:\n  p: {{ uses: workflow, with: {{ file: {file} }} }}\n";

    private static string Problems(string phases, params (string Name, string Text)[] files) => string.Join('\n', WorkflowPlanner.Plan(
        $"name: a\nversion: 1\ninputs: {{ description: {{ required: true }} }}\nagents: {{ pm: {{ provider: openai, model: m }} }}\nphases:\n{phases}",
        "flows/w.yaml",
        TestSession.Catalog() with { Workflows = files.ToImmutableDictionary(file => file.Name, file => file.Text).Add("leaf", Leaf) }).Problems);

    [Theory]
    [InlineData("", "", OnInDoubt.Retry)]
    [InlineData(", on_in_doubt: hold", "", OnInDoubt.Hold)]
    [InlineData(", on_in_doubt: hold", ", on_in_doubt: fail", OnInDoubt.Fail)]
    public void What_happens_to_calls_in_doubt_is_handed_down_to_phases_that_do_not_say(string outer, string inner, OnInDoubt expected)
    {
        var leaf = $"name: leaf\nversion: 1\nphases:\n  a: {{ agent: pm, prompt: \"go on\"{inner} }}\n";
        var middle = "name: middle\nversion: 1\nphases:\n  m: { uses: workflow, with: { file: inner } }\n";
        var planned = WorkflowPlanner.Plan(
            $"name: a\nversion: 1\nagents: {{ pm: {{ provider: openai, model: m }} }}\nphases:\n  p: {{ uses: workflow, with: {{ file: middle }}{outer} }}\n",
            "w.yaml",
            TestSession.Catalog() with { Workflows = ImmutableDictionary<string, string>.Empty.Add("inner", leaf).Add("middle", middle) });
        Assert.Equal(expected, planned.Value!.Phases.Single(phase => phase.Id.Value == "p/m/a").OnInDoubt);
    }

    [Theory]
    [InlineData("phases.p.output.a", "")]
    [InlineData("phases.p.output.b", "CONC080")]
    public void The_output_of_a_used_file_has_its_phases_and_no_others(string read, string code)
    {
        var problems = Problems($"  p: {{ uses: workflow, with: {{ file: leaf, inputs: {{ topic: tea }} }} }}\n  q: {{ needs: p, agent: pm, prompt: \"go ${{{{ {read} }}}}\" }}\n");
        Assert.Equal(code.Length > 0, problems.Contains(code.Length > 0 ? "b" : "CONC08", StringComparison.Ordinal) && problems.Contains("CONC08", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_wrong_use_is_reported_with_its_place_and_fix() => Assert.Equal(
        """
        flows/w.yaml:6:32: CONC072 phase `a` uses the workflow `leav`, and there is neither a built-in one nor a file of this name (did you mean `leaf`?)
        flows/w.yaml:7:32: CONC072 phase `b` can't use the file `../x.yaml` (name a built-in workflow, or a .yaml file in the folder of this one or below it)
        flows/w.yaml:8:32: CONC072 `file` of phase `c` must be the name of a built-in workflow or of a file, and no expression
        flows/w.yaml:9:3: CONC014 phase `d` lacks `with: { file: ... }`, which `workflow` needs
        flows/w.yaml:10:44: CONC076 workflow `leaf` has no input `topik` (did you mean `topic`?)
        flows/w.yaml:10:44: CONC076 phase `e` lacks the input `topic`, which workflow `leaf` needs (add it to `inputs` of `with`)
        flows/w.yaml:11:3: CONC077 phase `f` uses a workflow and takes no `prompt` (write `prompt` at the phases of that workflow)
        flows/w.yaml:11:3: CONC077 phase `f` uses a workflow, so it can't be a `loop`: its phases run once (put the `loop` at a phase of that workflow, or use the workflow once more in a phase after this one)
        flows/w.yaml:12:3: CONC077 phase `g` uses a workflow, so its matrix can't be an expression: all phases must be known before the start (write the lists out, or put the matrix at a phase of that workflow)
        """,
        Problems("""
              a: { uses: workflow, with: { file: leav } }
              b: { uses: workflow, with: { file: ../x.yaml } }
              c: { uses: workflow, with: { file: "${{ inputs.description }}" } }
              d: { uses: workflow }
              e: { uses: workflow, with: { file: leaf, inputs: { topik: x } } }
              f: { uses: workflow, prompt: "go on", loop: { until: "true", max: 2 }, with: { file: leaf, inputs: { topic: x } } }
              g: { uses: workflow, matrix: { p: "${{ inputs.description }}" }, with: { file: leaf, inputs: { topic: x } } }
            """));

    [Fact]
    public void Files_that_use_each_other_in_a_circle_are_refused_with_the_whole_path() => Assert.Equal(
        "flows/b.yaml:4:32: CONC073 workflows use each other in a circle: a.yaml -> b.yaml -> a.yaml (remove one of these uses)",
        Problems("  s: { uses: workflow, with: { file: a.yaml } }", ("a.yaml", Using("b.yaml")), ("b.yaml", Using("a.yaml"))));

    [Fact]
    public void A_file_that_uses_the_one_that_was_started_is_a_circle_too() => Assert.Contains(
        "CONC073 workflows use each other in a circle: w.yaml -> a.yaml -> w.yaml",
        Problems("  s: { uses: workflow, with: { file: a.yaml } }", ("a.yaml", Using("w.yaml")), ("w.yaml", Leaf)),
        StringComparison.Ordinal);

    [Fact]
    public void Files_may_use_files_eight_deep_and_no_deeper() => Assert.Equal(
        "flows/f7.yaml:4:32: CONC074 workflows use each other more than 8 deep: w.yaml -> f1.yaml -> f2.yaml -> f3.yaml -> f4.yaml -> f5.yaml -> f6.yaml -> f7.yaml -> f8.yaml (flatten them)",
        Problems("  s: { uses: workflow, with: { file: f1.yaml } }", [.. Enumerable.Range(1, 9).Select(i => ($"f{i}.yaml", Using($"f{i + 1}.yaml")))]));

    [Fact]
    public void Files_that_multiply_are_stopped_before_they_fill_the_memory() => Assert.Contains(
        "CONC075 with all the files that it uses the workflow has more than 1000 phases (use fewer, or shorten a matrix)",
        Problems(
            "  s: { uses: workflow, with: { file: f1.yaml } }",
            [.. Enumerable.Range(1, 5).Select(i => ($"f{i}.yaml", "name: n\nversion: 1\nphases:\n" + string.Concat(Enumerable.Range(0, 40).Select(p => $"  p{p}: {{ uses: workflow, with: {{ file: f{i + 1}.yaml }} }}\n")))), ("f6.yaml", Leaf)]),
        StringComparison.Ordinal);

    [Fact]
    public void Problems_inside_are_reported_once_at_their_own_place() => Assert.Equal(
        """
        flows/bad.yaml:4:15: CONC012 there is no agent `nobody` (known: pm)
        flows/bad.yaml:5:19: CONC003 phase `q` has no key `promt` (did you mean `prompt`?)
        flows/bad.yaml:5:3: CONC015 phase `q` lacks `prompt`, which `ask` needs (known: ballot, critique, role-pm)
        flows/bad.yaml:6:27: CONC018 `phases.s` does not exist (in prompt `phase r`) (known: p, q, r)
        """.Split('\n').Order(StringComparer.Ordinal),
        Problems(
            """
              s: { uses: workflow, with: { file: bad.yaml } }
              t: { uses: workflow, matrix: { x: [1, 2] }, with: { file: bad.yaml } }
            """,
            ("bad.yaml", """
                name: bad
                version: 1
                phases:
                  p: { agent: nobody, prompt: "go on" }
                  q: { agent: pm, promt: x }
                  r: { agent: pm, prompt: "${{ toJSON(phases.s.output) }}" }
                """)).Split('\n').Order(StringComparer.Ordinal));

    [Fact]
    public void Prompts_beside_a_file_are_its_own()
    {
        var planned = WorkflowPlanner.Plan(
            "name: a\nversion: 1\nagents: { pm: { provider: openai, model: m } }\nphases:\n  o: { agent: pm, prompt: p.md }\n  s: { uses: workflow, with: { file: sub/x.yaml } }\n",
            "w.yaml",
            TestSession.Catalog() with
            {
                Prompts = TestSession.Catalog().Prompts.Add("p.md", "outer").Add("sub/p.md", "inner"),
                Workflows = ImmutableDictionary<string, string>.Empty.Add("sub/x.yaml", "name: x\nversion: 1\nphases: { i: { agent: pm, prompt: p.md } }"),
            });
        Assert.Empty(planned.Problems);
        Assert.Equal(["outer", "inner"], planned.Value!.Phases.Where(phase => !phase.IsWorkflow).Select(phase => planned.Value.Prompts[phase.Prompt!]));
    }

    [Theory]
    [InlineData("", "x.yaml", "x.yaml")]
    [InlineData("a/", "./b/x.yml", "a/b/x.yml")]
    [InlineData("a/", "software-project", "software-project")]
    [InlineData("", "../x.yaml", null)]
    [InlineData("", "/etc/x.yaml", null)]
    [InlineData("", "a//x.yaml", null)]
    [InlineData("", "c:\\x.yaml", null)]
    [InlineData("", "c:/x.yaml", null)]
    [InlineData("", "a/passwd", null)]
    public void A_file_is_named_by_its_place_below_the_folder(string folder, string written, string? name) => Assert.Equal(name, SubWorkflow.Name(folder, written));
}
