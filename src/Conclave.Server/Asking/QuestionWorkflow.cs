using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Server.Asking;

/// <summary>A question by hand as what the engine runs: a workflow of one phase.</summary>
internal static class QuestionWorkflow
{
    /// <summary>The phase.</summary>
    public static PhaseId Phase { get; } = new("ask");

    private const string SchemaName = "answer";
    private const string PromptText = "${{ inputs.question }}";

    /// <summary>What that workflow may name.</summary>
    public static PlanningCatalog Catalog(Question question, IStep step) => new(
        ImmutableDictionary<string, StepKind>.Empty.Add(step.Kind.Name, step.Kind),
        question.Schema is { } schema ? ImmutableDictionary<string, OutputSchema>.Empty.Add(SchemaName, schema) : ImmutableDictionary<string, OutputSchema>.Empty,
        ImmutableDictionary<string, string>.Empty.Add(QuestionStep.Prompt, PromptText),
        [question.Agent.Provider]);

    /// <summary>The first entry of its session. The question is an input, so that nothing in it is taken for an expression.</summary>
    public static EntryBody.SessionCreated Created(Question question, string version) => new(
        StoredText.From("a question by hand"),
        "question",
        "question.yaml",
        StoredText.From(Text(question)),
        ImmutableSortedDictionary<string, StoredText>.Empty.Add(QuestionStep.Prompt, StoredText.From(PromptText)),
        JsonSerializer.SerializeToElement(new { question = question.Text }),
        [new AgentSeat(question.Agent, null)],
        [Phase],
        new SessionSettings(question.BudgetUsd, BudgetAction.Stop, "", question.Scenario, true),
        version);

    // JSON is YAML as well.
    private static string Text(Question question) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["name"] = "question",
        ["version"] = 1,
        ["inputs"] = new { question = new { required = true } },
        ["agents"] = new Dictionary<string, object> { [question.Agent.Id.Value] = new { provider = question.Agent.Provider, model = question.Agent.Model } },
        ["phases"] = new Dictionary<string, object> { [Phase.Value] = PhaseKeys(question) },
    });

    private static Dictionary<string, object> PhaseKeys(Question question)
    {
        var keys = new Dictionary<string, object>
        {
            ["agent"] = question.Agent.Id.Value,
            ["prompt"] = QuestionStep.Prompt,
            ["timeout"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)question.Timeout.TotalSeconds)}s"),
            ["retry"] = new { attempts = question.Attempts, backoff = "exponential" },
        };
        if (question.Schema is not null)
        {
            keys["output"] = SchemaName;
        }

        if (question.MaxOutputTokens is { } limit)
        {
            keys["max_output_tokens"] = limit;
        }

        return keys;
    }
}
