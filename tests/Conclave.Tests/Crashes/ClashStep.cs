using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Crashes;

/// <summary><c>uses: clash</c>: two plans that can't agree about two things.</summary>
internal sealed class ClashStep : IStep
{
    public StepKind Kind { get; } = new("clash") { Output = CouncilSchemas.All["comparison"] };

    public Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var (backend, frontend) = (new AgentId("backend"), new AgentId("frontend"));
        ImmutableArray<ConflictOption> options = [new("one", "Number 1", [backend]), new("other", "Number 2", [frontend])];
        ImmutableArray<Conflict> conflicts = [.. new[] { "storage", "port" }.Select(topic => new Conflict(topic, "topic-choice", $"Which {topic}?", true, backend, options, [$"{topic}: 1 or 2"]))];
        return Task.FromResult<StepResult>(new StepResult.Succeeded(JsonSerializer.SerializeToNode(new Comparison([], [], [], [], conflicts), EngineJson.Options)));
    }
}
