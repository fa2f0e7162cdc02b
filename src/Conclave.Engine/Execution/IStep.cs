using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>
/// One kind of step (<c>uses:</c>). It is ordinary C# between journaled doors: after a restart it runs again from its start, and each door returns
/// what the journal holds; so whatever it does outside of the doors must be a pure function of its context.
/// </summary>
public interface IStep
{
    /// <summary>What the planner knows about it.</summary>
    StepKind Kind { get; }

    /// <summary>Runs one step to its result. Expected failures are results.</summary>
    Task<StepResult> Run(StepContext context, CancellationToken cancel);
}

/// <summary>How a step ended.</summary>
public abstract record StepResult
{
    private StepResult()
    {
    }

    /// <summary>The files it wrote or deleted.</summary>
    public ImmutableArray<WrittenFile> Files { get; init; } = [];

    /// <summary>What building and testing showed; null for steps that don't verify.</summary>
    public VerificationSummary? Verification { get; init; }

    /// <summary>It gave its output.</summary>
    public sealed record Succeeded(JsonNode? Output) : StepResult
    {
        /// <summary>What was noticed, degraded or left out, for people.</summary>
        public ImmutableArray<string> Notes { get; init; } = [];
    }

    /// <summary>It failed.</summary>
    /// <param name="Retryable">Whether the failure is of a kind that another try can mend.</param>
    public sealed record Failed(string Code, string Reason, bool Retryable = false) : StepResult;
}

/// <summary>A file that a step wrote (with its content) or deleted (with none).</summary>
public sealed record WrittenFile(FileChange Change, Blob? Content);
