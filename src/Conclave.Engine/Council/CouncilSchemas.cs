using System.Collections.Immutable;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Council;

/// <summary>
/// The JSON Schemas of the council's records, made from the records themselves so that the two can't differ.
/// </summary>
public static class CouncilSchemas
{
    private static readonly ImmutableDictionary<string, OutputSchema> ByName = new (string Name, Type Type)[]
    {
        ("requirements", typeof(Requirements)),
        ("plan", typeof(Plan)),
        ("comparison", typeof(Comparison)),
        ("ballot", typeof(BallotAnswer)),
        ("decisions", typeof(CouncilOutput)),
        ("contract", typeof(Contract)),
        ("review", typeof(Review)),
        ("approval", typeof(Approval)),
    }.ToImmutableDictionary(pair => pair.Name, pair => RecordSchemas.Of(pair.Name, pair.Type));

    /// <summary>All of them by name.</summary>
    public static ImmutableDictionary<string, OutputSchema> All => ByName;
}

/// <summary>What a council gives: its decisions in the order of the conflicts.</summary>
public sealed record CouncilOutput(ImmutableArray<CouncilDecision> Decisions);
