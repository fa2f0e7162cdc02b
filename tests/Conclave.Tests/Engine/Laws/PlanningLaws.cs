using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Laws;

/// <summary>What holds for every graph that anybody can write.</summary>
public sealed class PlanningLaws
{
    [Fact]
    public void Each_phase_comes_after_all_that_it_needs_and_the_same_file_gives_the_same_plan() => Seeds.Each(300, 20_000, seed =>
    {
        var written = RandomWorkflow.Acyclic(new Random(seed));
        var workflow = Plan(written).Value!;
        var order = workflow.Phases.Select(phase => phase.Id.Value).ToList();
        Assert.Equal(written.Phases.Select(phase => phase.Name).Order(), order.Order());
        foreach (var phase in workflow.Phases)
        {
            Assert.Equal(written[phase.Id.Value].Needs, phase.Needs.Select(need => need.Value));
            Assert.All(phase.Ancestors, ancestor => Assert.True(order.IndexOf(ancestor.Value) < order.IndexOf(phase.Id.Value)));
            Assert.Equal(Before(written, phase.Id.Value).Order(), phase.Ancestors.Select(ancestor => ancestor.Value).Order());
        }

        Assert.Equal(order, Plan(written).Value!.Phases.Select(phase => phase.Id.Value));
    });

    [Fact]
    public void A_phase_that_needs_nothing_below_it_stands_where_the_file_has_it() => Seeds.Each(300, 20_000, seed =>
    {
        // A file that is in order already keeps its order.
        var written = RandomWorkflow.Acyclic(new Random(seed));
        var sorted = new RandomWorkflow([.. Plan(written).Value!.Phases.Select(phase => written[phase.Id.Value])]);
        Assert.Equal(sorted.Phases.Select(phase => phase.Name), Plan(sorted).Value!.Phases.Select(phase => phase.Id.Value));
    });

    [Fact]
    public void Any_graph_either_plans_or_names_one_of_its_cycles_whole()
    {
        var (planned, refused) = (0, 0);
        Seeds.Each(400, 20_000, seed =>
        {
            var written = RandomWorkflow.AnyGraph(new Random(seed));
            var plan = Plan(written);
            var hasCycle = written.Phases.Any(phase => Before(written, phase.Name).Contains(phase.Name));
            Assert.Equal(!hasCycle, plan.IsValid);
            if (!hasCycle)
            {
                planned++;
                return;
            }

            refused++;
            Assert.NotEmpty(plan.Problems);
            Assert.All(plan.Problems, problem =>
            {
                Assert.Equal("CONC011", problem.Code);
                var path = problem.Message.Contains("needs itself", StringComparison.Ordinal) ? [problem.Message.Split('`')[1], problem.Message.Split('`')[1]] : problem.Message.Split(": ")[1].Split(" -> ");
                Assert.True(path.Length >= 2 && path[0] == path[^1] && path.Skip(1).Distinct().Count() == path.Length - 1, problem.Message);
                Assert.All(path.Zip(path.Skip(1)), edge => Assert.Contains(edge.Second, written[edge.First].Needs));
            });
        });
        Assert.True(planned > 50 && refused > 50, $"{planned} planned, {refused} refused: the graphs are no fair sample");
    }

    internal static Conclave.Engine.Definition.Checked<Workflow> Plan(RandomWorkflow written) => WorkflowPlanner.Plan(written.Yaml, "random.yaml", TestSession.Catalog());

    // All that is before a phase, itself too when it is on a cycle; by the plainest way there is.
    private static HashSet<string> Before(RandomWorkflow written, string name)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(written[name].Needs);
        while (open.TryDequeue(out var next))
        {
            if (found.Add(next))
            {
                written[next].Needs.ToList().ForEach(open.Enqueue);
            }
        }

        return found;
    }
}
