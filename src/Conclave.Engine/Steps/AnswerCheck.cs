using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Engine.Steps;

/// <summary>Answers that must be more than well-formed: plans and contracts are checked against what stands before them.</summary>
internal static class AnswerCheck
{
    private const int MostTold = 20;

    /// <summary>The schemas that are read for it.</summary>
    public static ImmutableArray<string> Reads { get; } = ["requirements", "decisions"];

    /// <summary>The reading as it is, or why its content can't be used.</summary>
    public static Reading<JsonNode> Of(StepContext context, string schema, Reading<JsonNode> reading)
    {
        if (reading is not Reading<JsonNode>.Read { Value: var json })
        {
            return reading;
        }

        var problems = schema switch
        {
            "plan" => PlanCheck.Plan(json.Deserialize<Plan>(EngineJson.Options)!, Requirements(context)),
            "contract" => PlanCheck.Contract(json.Deserialize<Contract>(EngineJson.Options)!, Requirements(context), Decisions(context)),
            _ => [],
        };
        var told = problems.Distinct(StringComparer.Ordinal).ToList();
        return told.Count == 0
            ? reading
            : new Reading<JsonNode>.Unreadable($"the {schema} does not hold together:\n{string.Join('\n', told.Take(MostTold).Select(problem => $"- {problem}"))}{(told.Count > MostTold ? $"\n(and {told.Count - MostTold} more)" : "")}");
    }

    private static Requirements? Requirements(StepContext context) => context.Outputs("requirements") is [.., var last] ? last.Output.Deserialize<Requirements>(EngineJson.Options) : null;

    private static ImmutableArray<CouncilDecision> Decisions(StepContext context) =>
        [.. context.Outputs("decisions").SelectMany(output => output.Output.Deserialize<CouncilOutput>(EngineJson.Options)!.Decisions)];
}
