using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Workspace.GitHub;

/// <summary><c>uses: make</c>: a project that is there at once, with this verdict.</summary>
internal sealed class MakeStep : IStep
{
    public StepKind Kind { get; } = new("make") { With = ImmutableDictionary<string, bool>.Empty.Add("verdict", false).Add("files", false) };

    public Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var verdict = context.With("verdict")?.ToString() == "unverified" ? Verdict.Unverified : Verdict.Verified;
        var paths = (context.With("files")?.ToString() ?? "src/app.py README.md").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Task.FromResult<StepResult>(new StepResult.Succeeded(new JsonObject { ["title"] = "Links for @octo", ["verdict"] = verdict.ToString() })
        {
            Files = [.. paths.Select(File)],
            Verification = new VerificationSummary(verdict, "Built, and its 3 tests ran green.", 3, 0, StoredText.From("""{"commands":[{"argv":["python3","-m","unittest"],"exit_code":0}]}""")),
        });
    }

    private static WrittenFile File(string path)
    {
        var content = Blob.Of($"# {path}\n");
        return new WrittenFile(new FileChange(path, content.Id, new AgentId("backend"), "m2", ["R1"]), content);
    }
}
