using System.Text.Json.Nodes;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Asks what to write and writes it: <c>round-N.txt</c>, and <c>last.txt</c> in each round anew. Its output says which files it found.</summary>
internal sealed class WritingStep : IStep
{
    public StepKind Kind { get; } = new("write") { NeedsAgent = true, NeedsPrompt = true, Output = new OutputSchema("written", "{}") };

    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var answer = await context.Ask(new AskRequest<string>("ask", context.Agent, "write", context.Render(context.Phase.Prompt!), text => new Reading<string>.Read(text)), cancel);
        WrittenFile File(string path)
        {
            var blob = Blob.Of(answer.Value);
            return new WrittenFile(new FileChange(path, blob.Id, context.Agent, "m", []), blob);
        }

        return new StepResult.Succeeded(new JsonObject { ["text"] = answer.Value, ["found"] = string.Join(' ', context.Files.Keys) })
        {
            Files = [File($"round-{context.Round}.txt"), File("last.txt")],
        };
    }
}
