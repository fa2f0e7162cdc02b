using System.Collections.Immutable;
using Conclave.Agents;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Tests.Workspace.Files;

namespace Conclave.Tests.Server;

/// <summary>The workflows in <c>samples/</c> are valid, and run on the simulator as their comments say.</summary>
public sealed class SampleTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "samples");

    public static TheoryData<string> Workflows => [.. Repository.Files("samples", "*.yaml").Where(file => !file.EndsWith("answers.yaml", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_sample_is_a_valid_workflow(string file) =>
        Assert.Empty(new WorkflowLibrary(ConclaveHost.StepKinds).Plan(WorkflowLibrary.Find(Path.Combine(Repository.Root, file))!).Problems);

    [Theory]
    [InlineData("loop", "title", "\"Rain\"", "poem:3 title:1")]
    [InlineData("matrix", "chapters", """["How it begins.","How it goes on.","How it ends."]""", "outline:1 chapters:1 guide:1")]
    [InlineData("sub-workflow", "translate", """[{"draft":"Le chat dors.","check":"Le chat dort."},{"draft":"Kot spi.","check":"Kot śpi."}]""",
        "text:1 translate:1 translate[french]/draft:1 translate[french]/check:1 translate[polish]/draft:1 translate[polish]/check:1 page:1")]
    public async Task A_sample_runs_on_the_simulator_as_it_says(string name, string phase, string output, string rounds)
    {
        using var temp = new TempFolder();
        var environment = new HostEnvironment(Path.Combine(temp.Path, "data"), ImmutableDictionary<string, Secret>.Empty, null, false);
        await using var host = ConclaveHost.Open(environment, TimeProvider.System).Value!;
        var wish = new NewSession("rain")
        {
            Workflow = Path.Combine(Folder, $"{name}.yaml"),
            OutputDirectory = Path.Combine(temp.Path, "out"),
            Scenario = Path.Combine(Folder, "answers.yaml"),
        };
        var created = await host.Create(wish, "test", CancellationToken.None);
        Assert.Null(created.Refusal);

        var state = await host.Run(created.Value!.Id, null, null, WhenWaiting.Leave, CancellationToken.None, CancellationToken.None);

        Assert.Equal((SessionStatus.Succeeded, null), (state.Status, state.Reason?.Code));
        Assert.Equal(output, SessionContexts.Output(state, new PhaseId(phase))?.ToJsonString(Conclave.Engine.EngineJson.Options));
        Assert.Equal(rounds, string.Join(' ', state.Created.Phases.Select(id => $"{id}:{state.Phase(id).Round}")));
    }

    [Fact]
    public void A_file_that_is_not_there_gets_a_near_miss_from_its_folder_and_from_the_built_in_ones()
    {
        using var temp = new TempFolder();
        string Problem(string used)
        {
            var file = Path.Combine(temp.Path, "w.yaml");
            File.WriteAllText(file, $"name: w\nversion: 1\nphases:\n  p: {{ uses: workflow, with: {{ file: {used} }} }}\n");
            return Assert.Single(new WorkflowLibrary(ConclaveHost.StepKinds).Plan(WorkflowLibrary.Find(file)!).Problems).ToString();
        }

        Directory.CreateDirectory(Path.Combine(temp.Path, "parts"));
        File.WriteAllText(Path.Combine(temp.Path, "parts", "review.yaml"), "name: review");
        Assert.EndsWith("(did you mean `parts/review.yaml`?)", Problem("parts/reviw.yaml"), StringComparison.Ordinal);
        Assert.EndsWith("(did you mean `software-project`?)", Problem("software-projct"), StringComparison.Ordinal);
    }
}
