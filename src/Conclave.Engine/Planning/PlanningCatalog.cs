using System.Collections.Immutable;

namespace Conclave.Engine.Planning;

/// <summary>Everything a workflow may name that it does not define itself.</summary>
/// <param name="Steps">The kinds of steps by name.</param>
/// <param name="Schemas">The output schemas by name.</param>
/// <param name="Prompts">The prompts by name; a workflow's own <c>.md</c> files stand here under the path it names.</param>
/// <param name="Providers">The vendors.</param>
public sealed record PlanningCatalog(
    ImmutableDictionary<string, StepKind> Steps,
    ImmutableDictionary<string, OutputSchema> Schemas,
    ImmutableDictionary<string, string> Prompts,
    ImmutableHashSet<string> Providers)
{
    /// <summary>The texts of the workflows that another one may use, by <see cref="SubWorkflow.Name"/>.</summary>
    public ImmutableDictionary<string, string> Workflows { get; init; } = ImmutableDictionary<string, string>.Empty;
}
