using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Engine.Planning;

/// <summary>
/// What a run of a workflow can come to, said before it. The answers are bounded by their limits; what is sent is bounded only by the models' windows.
/// Each question is counted once: one that is repeated, continued or asked again costs again, and the budget stops them all.
/// </summary>
/// <param name="Width">How many steps can run side by side.</param>
public sealed record WorkflowForecast(ImmutableArray<PhaseForecast> Phases, int Waves, int Width, decimal BudgetUsd)
{
    /// <summary>What all questions cost whose number is known; null when one can't be priced or not every step can be foreseen.</summary>
    public CostBound? Total { get; } = Sum(Phases.Where(phase => !phase.IsSkipped));

    /// <summary>Forecasts a workflow.</summary>
    /// <param name="seats">Who plays each agent.</param>
    /// <param name="profile">The facts about a model; null when nobody knows it.</param>
    /// <param name="inputs">The inputs that are known, by name.</param>
    public static WorkflowForecast Of(
        Workflow workflow, ImmutableDictionary<AgentId, Agent> seats, Func<string, string, ModelProfile?> profile, IReadOnlyDictionary<string, JsonNode?> inputs)
    {
        var waves = WorkflowShape.Waves(workflow);
        var questions = new QuestionForecasts(workflow, seats, profile);
        var phases = workflow.Phases.Select(phase => new PhaseForecast(
            phase.Id,
            waves[phase.Id],
            phase.Kind.Name,
            phase.MostSteps,
            Math.Min(phase.MaxParallel, phase.MostSteps),
            IsSkipped: phase.If is { } condition && ExpressionFolding.IsNeverTrue(condition, part => Known(part, inputs)),
            phase.Kind.Questions is null ? null : questions.Of(phase))).ToImmutableArray();
        var running = workflow.Phases.Where(phase => !phases.First(forecast => forecast.Id == phase.Id).IsSkipped).ToList();
        return new WorkflowForecast(phases, waves.Values.DefaultIfEmpty(0).Max(), WorkflowShape.Width(running), workflow.Budget.Usd);
    }

    private static Expression.Literal? Known(Expression part, IReadOnlyDictionary<string, JsonNode?> inputs) =>
        part is Expression.Member { Target: Expression.Context { Name: "inputs" }, Name: var name } && inputs.TryGetValue(name, out var value) ? new Expression.Literal(value) : null;

    private static CostBound? Sum(IEnumerable<PhaseForecast> phases)
    {
        var all = phases.ToList();
        var counted = all.SelectMany(phase => phase.Questions ?? []).Where(question => question.Per is null).ToList();
        return all.Exists(phase => phase.Questions is null) || counted.Exists(question => question.Cost is null)
            ? null
            : counted.Aggregate(new CostBound(0m, 0m), (sum, question) => sum + question.Cost!);
    }
}

/// <summary>What one phase can come to.</summary>
/// <param name="Wave">Its earliest round, from 1.</param>
/// <param name="AtOnce">How many of its steps run side by side.</param>
/// <param name="IsSkipped">Whether its condition is false with the inputs that are known.</param>
/// <param name="Questions">What it asks at most; null when that can't be said.</param>
public sealed record PhaseForecast(PhaseId Id, int Wave, string Uses, int Steps, int AtOnce, bool IsSkipped, ImmutableArray<QuestionForecast>? Questions);

/// <summary>Questions of one kind to one agent.</summary>
/// <param name="Agent">Who is asked; null for whoever is chosen in the run, counted as the dearest.</param>
/// <param name="Per">What <paramref name="Count"/> and <paramref name="Cost"/> are for; null when they are the whole.</param>
/// <param name="AnswerTokens">The limit of one answer.</param>
/// <param name="Cost">What all of them cost together; null when nobody knows the price.</param>
public sealed record QuestionForecast(string Task, AgentId? Agent, int Count, string? Per, int AnswerTokens, CostBound? Cost);

/// <summary>Bounds of a cost in USD.</summary>
/// <param name="AnswersUsd">When every answer is as long as it may be; what is sent comes on top.</param>
/// <param name="WorstUsd">When every question fills the model's window as well.</param>
public sealed record CostBound(decimal AnswersUsd, decimal WorstUsd)
{
    /// <summary>Both together.</summary>
    public static CostBound operator +(CostBound left, CostBound right) => new(left.AnswersUsd + right.AnswersUsd, left.WorstUsd + right.WorstUsd);
}
