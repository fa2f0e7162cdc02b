using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Engine.Planning;

/// <summary>Bounds what the steps of a phase ask, and what that costs.</summary>
internal sealed class QuestionForecasts(Workflow workflow, ImmutableDictionary<AgentId, Agent> seats, Func<string, string, ModelProfile?> profile)
{
    public ImmutableArray<QuestionForecast> Of(Phase phase) =>
    [
        .. from questions in phase.Kind.Questions!.Value
           from asked in Asked(phase, questions.Who)
           let count = asked.Times * questions.Count(phase, workflow) * (phase.Loop?.Max ?? 1)
           where count > 0
           select Forecast(phase, questions, asked.Agent, count),
    ];

    private QuestionForecast Forecast(Phase phase, StepQuestions questions, AgentId? agent, int count)
    {
        var task = questions.Task ?? phase.Prompt ?? phase.Kind.Name;
        var limit = phase.MaxOutputTokens ?? TaskLimits.For(task);
        var bounds = (agent is { } named ? [seats[named]] : seats.Values).Select(seat => (Limit: Math.Min(limit, seat.MaxOutputTokens ?? int.MaxValue), Cost: Cost(seat, limit))).ToList();
        var cost = bounds.Exists(bound => bound.Cost is null)
            ? null
            : new CostBound(count * bounds.Max(bound => bound.Cost!.AnswersUsd), count * bounds.Max(bound => bound.Cost!.WorstUsd));
        // How many steps a matrix has that an output gives, nobody knows before.
        var per = questions.Per ?? (phase.MatrixSource is null ? null : "step");
        return new QuestionForecast(task, agent, count, per, bounds.Count == 0 ? limit : bounds.Max(bound => bound.Limit), cost);
    }

    private CostBound? Cost(Agent seat, int taskLimit)
    {
        if (profile(seat.Provider, seat.Model) is not { Price: { } price } model)
        {
            return null;
        }

        var answer = Math.Min(taskLimit, Math.Min(seat.MaxOutputTokens ?? int.MaxValue, model.MaxOutputTokens));
        return new CostBound(price.WorstCase(0, answer), price.WorstCase(Math.Max(0, model.ContextTokens - answer), answer));
    }

    private IEnumerable<(AgentId? Agent, int Times)> Asked(Phase phase, AskedAgents who) => who switch
    {
        AskedAgents.AnyOne => [(null, Cells(phase).Length)],
        AskedAgents.Voters when phase.With.GetValueOrDefault("voters") is JsonArray voters => voters.Select(voter => (Existing(phase, voter?.ToString()), Cells(phase).Length)),
        AskedAgents.Voters => [(null, Cells(phase).Length * workflow.Agents.Count)],
        _ => Cells(phase).Select(cell => OwnAgent(phase, cell)).GroupBy(agent => agent).Select(group => (group.Key, group.Count())),
    };

    // An agent that an expression names is known when it depends on nothing but the matrix.
    private AgentId? OwnAgent(Phase phase, MatrixCell cell)
    {
        try
        {
            var values = new JsonObject(cell.Values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
            var context = new ExpressionContext(new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { ["matrix"] = values });
            return Existing(phase, phase.Agent?.Expand(context));
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private AgentId? Existing(Phase phase, string? name) => name is not null && seats.ContainsKey(phase.Scope.Agent(name)) ? phase.Scope.Agent(name) : null;

    private static ImmutableArray<MatrixCell> Cells(Phase phase) => phase.MatrixSource is null ? phase.Matrix : MatrixCells.One;
}
