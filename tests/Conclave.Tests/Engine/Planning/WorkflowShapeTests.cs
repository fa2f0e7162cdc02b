using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Planning;

public sealed class WorkflowShapeTests
{
    [Fact]
    public void Steps_of_different_waves_can_run_side_by_side()
    {
        var workflow = WorkflowPlanner.Plan(
            """
            name: a
            version: 1
            agents: { pm: { provider: openai, model: m } }
            phases:
              x: { agent: pm, prompt: go on }
              y: { needs: x, agent: pm, prompt: go on, matrix: { part: [a, b, c] }, max_parallel: 2 }
              z: { agent: pm, prompt: go on }
              w: { needs: z, agent: pm, prompt: go on }
              v: { needs: w, agent: pm, prompt: go on, matrix: { part: [a, b] } }
            """,
            "w.yaml",
            TestSession.Catalog()).Value!;
        Assert.Equal(4, WorkflowShape.Width(workflow.Phases));
        Assert.Equal("v=3 w=2 x=1 y=2 z=1", string.Join(' ', WorkflowShape.Waves(workflow).OrderBy(pair => pair.Key.Value).Select(pair => $"{pair.Key}={pair.Value}")));
    }
}
