namespace Conclave.Engine.Definition;

/// <summary>Repeats the steps of a phase: a round after the other until a condition holds.</summary>
/// <param name="Until">An expression; it sees the round's output as the phase's own.</param>
/// <param name="Max">The most rounds; the phase fails when the condition is false even after the last.</param>
public sealed record LoopDefinition(Sourced<string> Until, int Max);
