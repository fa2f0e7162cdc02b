using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Agents;
using Conclave.Cli;
using Conclave.Cli.Workflows;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;
using Conclave.Server.Hosting;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Cli;

public sealed class WorkflowCommandTests
{
    private static async Task<(int Exit, string Output, string Error)> Run(params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var keys = ImmutableDictionary<string, Secret>.Empty.Add("openai", new Secret("sk-test")).Add("anthropic", new Secret("sk-test"));
        var environment = new HostEnvironment("/nowhere", keys, null, false);
        var exit = await new CommandLine(environment, new FakeTimeProvider(), output, error).Run(args);
        return (exit, output.ToString(), error.ToString());
    }

    [Theory]
    [InlineData("show")]
    [InlineData("graph")]
    [InlineData("plan")]
    public async Task The_built_in_workflow_looks_as_in_its_snapshot_and_fits_on_80_columns(string verb)
    {
        var (exit, output, error) = await Run("workflow", verb, "software-project");
        Assert.Equal((0, ""), (exit, error));
        Assert.All(verb == "graph" ? [] : output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Snapshot.Matches($"workflow-{verb}.txt", output);
    }

    [Theory]
    [InlineData("new --simulat description", "there is no option `--simulat` for `conclave new` (did you mean `--simulate`?)")]
    [InlineData("new description --outptu=x", "there is no option `--outptu` for `conclave new` (did you mean `--output`?)")]
    [InlineData("workflow plan --jsn software-project", "there is no option `--jsn` for `conclave workflow plan` (did you mean `--json`?)")]
    [InlineData("approve 2026 --rejct", "there is no option `--rejct` for `conclave approve` (did you mean `--reject`?)")]
    public async Task An_unknown_option_is_named_with_the_one_that_was_meant(string line, string problem)
    {
        var (exit, _, error) = await Run(line.Split(' '));
        Assert.Equal((2, $"conclave: {problem}\nTry `conclave --help`.\n"), (exit, error));
    }

    [Theory]
    [InlineData("show -- --simulat")]
    [InlineData("show -x")]
    public async Task A_word_that_is_meant_as_it_stands_is_no_option(string line)
    {
        var (_, _, error) = await Run(line.Split(' '));
        Assert.DoesNotContain("there is no option", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_names_every_built_in_workflow()
    {
        var (exit, output, _) = await Run("workflow", "list");
        Assert.Equal(0, exit);
        Assert.All(WorkflowLibrary.BuiltIn, name => Assert.Contains($"{name}: ", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("plan")]
    public async Task Json_is_one_object(string verb)
    {
        var (exit, output, _) = await Run(verb == "list" ? ["workflow", verb, "--json"] : ["workflow", verb, "software-project", "--json"]);
        Assert.Equal(0, exit);
        Assert.Equal("software-project", JsonNode.Parse(output.Split('\n')[^2])!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_published_schema_is_the_one_of_the_program()
    {
        var (_, output, _) = await Run("workflow", "schema");
        var file = Path.Combine(Repository.Root, WorkflowSchema.Path);
        if (Environment.GetEnvironmentVariable("CONCLAVE_SNAPSHOTS") == "accept")
        {
            await File.WriteAllTextAsync(file, output, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), output);
    }

    [Theory]
    [InlineData("nowhere", "CONC204")]
    [InlineData("bad.yaml", "CONC010")]
    public async Task A_workflow_that_is_not_there_or_not_valid_is_exit_code_3(string name, string code)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "bad.yaml");
        await File.WriteAllTextAsync(file, "name: a\nversion: 1\nphases: { a: { uses: plan-diff, needs: nobody } }", TestContext.Current.CancellationToken);
        foreach (var verb in new[] { "show", "graph", "plan" })
        {
            var (exit, output, error) = await Run("workflow", verb, name == "bad.yaml" ? file : name);
            Assert.Equal((3, ""), (exit, output));
            Assert.Contains(code, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Warnings_go_to_stderr_and_the_workflow_is_valid()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "w.yaml");
        await File.WriteAllTextAsync(file, "name: a\nversion: 1\nagents: { pm: { provider: openai, model: gpt-6-luna }, idle: { provider: openai, model: gpt-6-luna } }\nphases: { a: { agent: pm, prompt: go on } }", TestContext.Current.CancellationToken);
        var (exit, output, error) = await Run("workflow", "validate", file);
        Assert.Equal(0, exit);
        Assert.Contains("valid: 1 phase", output, StringComparison.Ordinal);
        Assert.Contains("warning CONC092 nobody asks agent `idle`", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_leaves_out_what_its_inputs_switch_off_and_refuses_inputs_that_do_not_exist()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "w.yaml");
        await File.WriteAllTextAsync(file, "name: a\nversion: 1\ninputs: { more: { default: no } }\nagents: { pm: { provider: openai, model: gpt-6-luna } }\nphases: { a: { agent: pm, prompt: go on, if: \"inputs.more == 'yes'\" } }", TestContext.Current.CancellationToken);
        Assert.Contains("a                 (skipped", (await Run("workflow", "plan", file)).Output, StringComparison.Ordinal);
        Assert.Contains("a                 1 x pm", (await Run("workflow", "plan", file, "--input", "more=yes")).Output, StringComparison.Ordinal);
        Assert.Contains("CONC205", (await Run("workflow", "plan", file, "--input", "mor=yes")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_quotes_whatever_a_condition_holds()
    {
        var workflow = WorkflowPlanner.Plan(
            """"
            name: a "quoted" \ name
            version: 1
            agents: { pm: { provider: openai, model: m } }
            phases:
              end: { agent: pm, prompt: x y, if: "'\"]--><b>#`;\\ &' != ''" }
            """",
            "w.yaml",
            TestSession.Catalog()).Value!;
        Assert.Equal(
            """
            flowchart TD
                p1(["end<br/>ask: pm<br/>if '#quot;]--#gt;#lt;b#gt;#35;#96;;\ #amp;' != ''"])

            """,
            WorkflowGraph.Mermaid(workflow));
        Assert.Equal(
            """
            digraph "a \"quoted\" \\ name" {
                node [shape=box];
                "end" [label="end\nask: pm\nif '\"]--><b>#`;\\ &' != ''", style=rounded];
            }

            """,
            WorkflowGraph.Dot(workflow));
    }
}
