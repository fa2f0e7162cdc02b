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
public sealed record VerifyOutput(Verdict Verdict, string Reason, int TestsPassed, int AcceptanceTestsPassed, ImmutableArray<RepairRecord> Repairs);

/// <summary>What <c>uses: finalize</c> gives: the paths of the files that it added.</summary>
public sealed record FinalizeOutput(ImmutableArray<string> Added);
