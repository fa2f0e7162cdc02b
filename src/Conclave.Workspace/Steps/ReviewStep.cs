using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Workspace.Steps;

/// <summary>
/// <c>uses: review</c>: each author's files are read by another vendor's agent against the contract. Findings that name no existing line are dropped;
/// blocking ones go back to the author once.
/// </summary>
public sealed class ReviewStep : IStep
{
    /// <inheritdoc />
    public StepKind Kind { get; } = new("review")
    {
        Output = RecordSchemas.Of<ImmutableArray<AuthorReview>>("reviews"),
        Prompts = ["review", "revise"],
        Reads = ["contract", "repository"],
        // Every agent may be an author, whose files are reviewed once and revised once.
        Questions =
        [
            new StepQuestions("review", AskedAgents.AnyOne, (_, workflow) => workflow.Agents.Count),
            new StepQuestions("revise", AskedAgents.AnyOne, (_, workflow) => workflow.Agents.Count),
        ],
    };

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var ownership = FileOwnership.Of(context);
        var texts = await ProjectTexts.Load(context, cancel);
        var authors = context.Files.Values
            .Where(file => file.Agent is not null && ownership.OwnerOf(file.Path) != FileOwnership.Acceptance)
            .Select(file => file.Agent!.Value).Distinct().OrderBy(id => id.Value, StringComparer.Ordinal);
        var reviews = await Task.WhenAll(authors.Select(author => ReviewOf(context, author, ownership, texts, cancel)));
        return new StepResult.Succeeded(JsonSerializer.SerializeToNode(reviews.Select(review => review.Output), EngineJson.Options))
        {
            Files = [.. reviews.SelectMany(review => review.Files)],
            Notes = [.. reviews.SelectMany(review => review.Notes)],
        };
    }

    private static async Task<(AuthorReview Output, ImmutableArray<WrittenFile> Files, ImmutableArray<string> Notes)> ReviewOf(
        StepContext context, AgentId author, FileOwnership ownership, ProjectTexts texts, CancellationToken cancel)
    {
        var reviewer = OtherVendors.Reviewer(context.State, author);
        bool IsTheirs(Engine.Journal.FileChange file) => file.Agent == author && ownership.OwnerOf(file.Path) != FileOwnership.Acceptance;
        var schema = CouncilSchemas.All["review"];
        var reader = await JsonAnswers.For(schema);
        var prompt = context.Render("review", new JsonObject
        {
            ["author"] = author.Value,
            ["contract"] = context.Outputs("contract")[^1].Output,
            ["files"] = texts.Render(IsTheirs, numbered: true),
        });
        var answer = await context.Ask(new AskRequest<Review>($"review/{author}", reviewer, "review", prompt, reader.Read<Review>) { Output = schema }, cancel);
        var (real, unreal) = Split(answer.Value.Findings, finding => finding.Line >= 1 && finding.Line <= texts.Lines(finding.Path) && texts.Blobs.TryGetValue(finding.Path, out var file) && IsTheirs(file.Change));
        var blocking = real.Where(finding => finding.Severity == FindingSeverity.Blocking).ToList();
        var revised = blocking.Count == 0 ? [] : await Revise(context, author, blocking, ownership, texts, IsTheirs, cancel);
        var notes = unreal.IsEmpty ? ImmutableArray<string>.Empty : [$"{unreal.Length} of {reviewer}'s findings about {author}'s files named no existing line and were dropped"];
        var output = new AuthorReview(author, answer.Agent.Id, answer.Value.Summary, real);
        return (output, revised, context.State.Seat(reviewer).Agent.Provider == context.State.Seat(author).Agent.Provider
            ? notes.Add($"{author}'s files were reviewed by the same vendor that wrote them: no other was there")
            : notes);
    }

    private static async Task<ImmutableArray<WrittenFile>> Revise(
        StepContext context, AgentId author, List<Finding> findings, FileOwnership ownership, ProjectTexts texts, Func<Engine.Journal.FileChange, bool> isTheirs, CancellationToken cancel)
    {
        var prompt = context.Render("revise", new JsonObject
        {
            ["author"] = author.Value,
            ["contract"] = context.Outputs("contract")[^1].Output,
            ["files"] = texts.Render(isTheirs),
            ["findings"] = string.Join('\n', findings.Select(finding => $"- {finding.Path}, line {finding.Line}: {finding.Problem} Proposed: {finding.Fix}")),
        });
        var answer = await context.Ask(
            new AskRequest<FileSet>($"revise/{author}", author, "revise", prompt, text => FileSet.Read(text, path => RefusalFor(path, author, ownership, texts), [], ProjectNames.Of(context, ownership), texts.Text)), cancel);
        return answer.Value.By(answer.Agent, ownership);
    }

    // A reviser touches what it wrote, and may add what nobody owns.
    private static string? RefusalFor(string path, AgentId author, FileOwnership ownership, ProjectTexts texts) =>
        texts.Blobs.TryGetValue(path, out var file) && file.Change.Agent != author
            ? $"`{path}` was written by somebody else."
            : ownership.Refusal(ownership.OwnerOf(path) is { } owner and not FileOwnership.Acceptance ? owner : "", path);

    private static (ImmutableArray<Finding> Yes, ImmutableArray<Finding> No) Split(ImmutableArray<Finding> findings, Func<Finding, bool> test) =>
        ([.. findings.Where(test)], [.. findings.Where(finding => !test(finding))]);
}
