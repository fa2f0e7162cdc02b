using System.Text.Json.Nodes;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Server.Asking;

/// <summary>
/// The one step of a question by hand. It uses the same door as any other step, so that there is no second way in which calls are repeated, counted and
/// paid for; only an answer that is cut off is shown as it is, because the user asked for one.
/// </summary>
internal sealed class QuestionStep : IStep
{
    /// <summary>The prompt, and so the kind of task, that it asks.</summary>
    public const string Prompt = "question";

    public StepKind Kind { get; } = new("ask") { NeedsAgent = true, NeedsPrompt = true, Reads = [] };

    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var question = context.Render(context.Phase.Prompt!);
        if (context.Phase.Output is not { } schema)
        {
            var text = await context.Ask(new AskRequest<string>("ask", context.Agent, Prompt, question, answer => new Reading<string>.Read(answer)) { Continues = false }, cancel);
            return new StepResult.Succeeded(JsonValue.Create(text.Value));
        }

        var reader = await JsonAnswers.For(schema);
        var json = await context.Ask(new AskRequest<JsonNode>("ask", context.Agent, Prompt, question, reader.Read) { Output = schema, Continues = false }, cancel);
        return new StepResult.Succeeded(json.Value);
    }
}
