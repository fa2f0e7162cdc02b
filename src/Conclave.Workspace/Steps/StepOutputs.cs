using System.Collections.Immutable;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;

namespace Conclave.Workspace.Steps;

/// <summary>What <c>uses: build</c> gives.</summary>
/// <param name="Author">Who wrote it, which may be a fallback.</param>
/// <param name="Files">The paths of what was written.</param>
public sealed record BuildOutput(string Part, AgentId Author, ImmutableArray<string> Files);

/// <summary>What <c>uses: review</c> gives for each author.</summary>
/// <param name="Findings">Those that name a line that is there.</param>
public sealed record AuthorReview(AgentId Author, AgentId Reviewer, string Summary, ImmutableArray<Finding> Findings);

/// <summary>What <c>uses: verify</c> gives.</summary>
/// <param name="Reason">Why the verdict is what it is.</param>
public sealed record VerifyOutput(Verdict Verdict, string Reason, int TestsPassed, int AcceptanceTestsPassed, ImmutableArray<RepairOutput> Repairs);

/// <summary>One repair.</summary>
/// <param name="Files">The paths of what was changed.</param>
public sealed record RepairOutput(AgentId Agent, string Explanation, ImmutableArray<string> Files)
{
    /// <summary>The rung of the ladder: <c>same</c>, <c>fresh</c> or <c>other-vendor</c>.</summary>
    public string Rung { get; init; } = "";

    /// <summary>What was wrong before it.</summary>
    public string Failure { get; init; } = "";

    /// <summary>The fingerprint of that failure, by which it is known when it comes again.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>What its call cost.</summary>
    public decimal CostUsd { get; init; }
}

/// <summary>What <c>uses: finalize</c> gives: the paths of the files that it added.</summary>
public sealed record FinalizeOutput(ImmutableArray<string> Added);
