using System.ComponentModel;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Council;

/// <summary>What a human said at a gate: the output of <c>uses: approval</c>.</summary>
/// <param name="Approved">Whether the choice is <c>approve</c>.</param>
public sealed record Approval(
    [property: Description("The option that was chosen.")] string Choice,
    bool Approved,
    [property: Description("The user's words; null for none.")] string? Comment,
    GateAnswerer By);
