using System.Text.Json.Nodes;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Steps;

/// <summary><c>uses: ask</c>: one question to one agent; the answer is the output, as text or as JSON of the phase's schema.</summary>
public sealed class AskStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("ask")
    {
        NeedsAgent = true,
        NeedsPrompt = true,
        Reads = AnswerCheck.Reads,
        AsksOnlyNamedAgents = true,
        Questions = [new StepQuestions(null, AskedAgents.Own, (_, _) => 1)],
    };

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var prompt = context.Phase.Prompt!;
        var question = context.Render(prompt);
        var agent = context.Agent;
        if (context.Phase.Output is not { } schema)
        {
            var text = await context.Ask(new AskRequest<string>("ask", agent, prompt, question, NotEmpty), cancel);
            return Result(JsonValue.Create(text.Value), agent, text.Agent);
        }

        var reader = await JsonAnswers.For(schema);
        var json = await context.Ask(new AskRequest<JsonNode>("ask", agent, prompt, question, text => AnswerCheck.Of(context, schema.Name, reader.Read(text))) { Output = schema }, cancel);
        return Result(json.Value, agent, json.Agent);
    }

    private static Reading<string> NotEmpty(string answer) => string.IsNullOrWhiteSpace(answer)
        ? new Reading<string>.Unreadable("it is empty.")
        : new Reading<string>.Read(answer);

    private static StepResult.Succeeded Result(JsonNode? output, Definition.AgentId asked, Agent answered) => new(output)
    {
        Notes = answered.Id == asked ? [] : [$"{answered.Id} ({answered.Model}) answered in place of {asked}"],
    };
}
