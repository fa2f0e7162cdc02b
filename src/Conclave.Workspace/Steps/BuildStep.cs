using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Workspace.Steps;

/// <summary><c>uses: build</c>: one agent writes the files of one part from the contract.</summary>
public sealed class BuildStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("build")
    {
        NeedsAgent = true,
        Output = RecordSchemas.Of<BuildOutput>("build"),
        With = ImmutableDictionary<string, bool>.Empty.Add("part", true),
        Prompts = ["build", "acceptance", "change"],
        Reads = ["contract", "requirements", "repository"],
        AsksOnlyNamedAgents = true,
        Questions = [new StepQuestions("build", AskedAgents.Own, (_, _) => 1)],
    };

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var part = context.With("part")?.ToString() ?? "";
        var ownership = FileOwnership.Of(context);
        var origin = context.Outputs(RepositoryMap.Schema.Name) is [.., var read] ? read.Output : null;
        var task = part == FileOwnership.Acceptance ? "acceptance" : origin is null ? "build" : "change";
        var own = ownership.Of(part);
        var tree = ProjectNames.Of(context, ownership);
        // Edits apply to what was shown: the files of a repository that was there.
        var texts = origin is null ? null : await ProjectTexts.Load(context, cancel);
        var prompt = context.Render(task, new JsonObject
        {
            ["part"] = part,
            ["contract"] = context.Outputs("contract")[^1].Output,
            ["requirements"] = context.Outputs("requirements") is [.., var last] ? last.Output : null,
            ["files"] = string.Join('\n', own.Select(file => $"- {file.Path}: {file.Purpose}")),
            ["repository"] = texts is null ? null : Present(texts, origin!, own),
        });
        var answer = await context.Ask(
            new AskRequest<FileSet>("build", context.Agent, task, prompt, text => FileSet.Read(text, path => ownership.Refusal(part, path), own.Select(file => file.Path), tree, texts is null ? null : texts.Text)), cancel);
        var files = answer.Value.By(answer.Agent, ownership);
        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(new BuildOutput(part, answer.Agent.Id, [.. files.Select(file => file.Change.Path)]), EngineJson.Options))
        {
            Files = files,
            Notes = answer.Agent.Id == context.Agent ? answer.Value.Notes : answer.Value.Notes.Add($"{answer.Agent.Id} ({answer.Agent.Model}) wrote this in place of {context.Agent}"),
        };
    }

    // The names of all files and the whole texts of those that are to change, so that what is not to change stays as it is in them.
    private static JsonObject Present(ProjectTexts project, JsonNode origin, ImmutableArray<PlannedFile> own)
    {
        var texts = project.Render(file => own.Any(planned => planned.Path == file.Path));
        return new JsonObject
        {
            ["map"] = origin["map"]?.DeepClone(),
            ["texts"] = texts,
            ["boundary"] = RepositoryMap.Boundary(origin["map"] + texts),
        };
    }
}
