using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

/// <summary>A workflow that is known to make sense: every name resolves, the graph has no cycle, every expression parses.</summary>
/// <param name="Phases">In an order in which each phase comes after all that it needs.</param>
public sealed record Workflow(
    string Name,
    ImmutableArray<InputDefinition> Inputs,
    ImmutableDictionary<AgentId, Agent> Agents,
    BudgetDefinition Budget,
    ImmutableArray<Phase> Phases)
{
    private readonly ImmutableDictionary<PhaseId, Phase> byId = Phases.ToImmutableDictionary(phase => phase.Id);
    private readonly ILookup<StepPlace?, Phase> inside = Phases.ToLookup(phase => phase.Scope.Use?.By);

    /// <summary>The phase of this name.</summary>
    public Phase this[PhaseId id] => byId[id];

    /// <summary>The texts of the files that it uses, directly or not, by <see cref="SubWorkflow.Name"/>.</summary>
    public ImmutableSortedDictionary<string, string> SubWorkflows { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The phases of the file that a step of kind <see cref="SubWorkflow"/> uses, without those of the files that this one uses.</summary>
    public IEnumerable<Phase> Inside(StepPlace step) => inside[step];

    /// <summary>The prompts that its phases name, by name, as the user will have them sent.</summary>
    public required ImmutableSortedDictionary<string, string> Prompts { get; init; }
}

/// <summary>A node of the graph.</summary>
public sealed record Phase(PhaseId Id)
{
    /// <summary>What names mean in its file.</summary>
    public WorkflowScope Scope { get; init; } = WorkflowScope.Root;

    /// <summary>What its file calls it.</summary>
    public string Name => Id.Value[Scope.Prefix.Length..];

    /// <summary>Whether it stands for the phases of another file.</summary>
    public bool IsWorkflow => Kind.Name == SubWorkflow.Kind.Name;

    /// <summary>The phases of the file that it stands for, once however many steps it has; none for any other kind.</summary>
    public ImmutableArray<Phase> Parts { get; init; } = [];

    /// <summary>The phases right before it, of its own file. What is inside of another phase also waits for that phase to start.</summary>
    public required ImmutableArray<PhaseId> Needs { get; init; }

    /// <summary>All phases before it, near or far, those of other files too.</summary>
    public required ImmutableHashSet<PhaseId> Ancestors { get; init; }

    /// <summary>Its condition; null for <c>success()</c>.</summary>
    public Expression? If { get; init; }

    /// <summary>The kind of its steps.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>The parameters of its steps, each a JSON value whose texts may be templates.</summary>
    public required ImmutableDictionary<string, JsonNode?> With { get; init; }

    /// <summary>The agent's name as a template; null when the step takes none.</summary>
    public Template? Agent { get; init; }

    /// <summary>The name of its prompt in <see cref="Workflow.Prompts"/>; null when the step takes none.</summary>
    public string? Prompt { get; init; }

    /// <summary>The form of its output; null for plain text.</summary>
    public OutputSchema? Output { get; init; }

    /// <summary>The values of each of its steps; a phase without a matrix has one step with none. Empty while they are not known: <see cref="MatrixSource"/>.</summary>
    public required ImmutableArray<MatrixCell> Matrix { get; init; }

    /// <summary>What gives the matrix when the phase starts; null when it is known before.</summary>
    public MatrixSource? MatrixSource { get; init; }

    /// <summary>Until when its steps are repeated; null for one round.</summary>
    public PhaseLoop? Loop { get; init; }

    /// <summary>The most steps it can have.</summary>
    public int MostSteps => MatrixSource is null ? Matrix.Length : MatrixCells.Max;

    /// <summary>Whether its output is the list of its steps' outputs.</summary>
    public required bool HasMatrix { get; init; }

    /// <summary>How many steps run at a time.</summary>
    public required int MaxParallel { get; init; }

    /// <summary>Whether the first step that fails stops the others.</summary>
    public required bool FailFast { get; init; }

    /// <summary>The retries of its calls.</summary>
    public required RetryDefinition Retry { get; init; }

    /// <summary>The time for one try of a step.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What its failure means for the session.</summary>
    public required OnError OnError { get; init; }

    /// <summary>What happens to its calls that are in doubt.</summary>
    public required OnInDoubt OnInDoubt { get; init; }

    /// <summary>What its calls do with answers that were given before.</summary>
    public CacheMode Cache { get; init; }

    /// <summary>The output limit of its calls, in tokens; null for the task's own.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What all its calls together may cost, beside the session's budget; null for no limit of its own.</summary>
    public BudgetDefinition? Budget { get; init; }
}

/// <summary>Repeats the steps of a phase.</summary>
/// <param name="Until">Evaluated after each round, with the round's output as the phase's own.</param>
/// <param name="Max">The most rounds.</param>
public sealed record PhaseLoop(Expression Until, int Max);

/// <summary>A JSON Schema by name. The name is what people see; the text is what vendors and validators get.</summary>
public sealed record OutputSchema(string Name, string Json);
