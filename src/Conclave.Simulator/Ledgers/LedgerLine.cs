using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conclave.Simulator.Ledgers;

/// <summary>One line of a ledger file: a closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Received), "received")]
[JsonDerivedType(typeof(Completed), "completed")]
internal abstract record LedgerLine
{
    private LedgerLine()
    {
    }

    /// <summary>The call, from 1 in each ledger.</summary>
    [JsonPropertyOrder(-2)]
    public required int Number { get; init; }

    [JsonPropertyOrder(-1)]
    public required DateTimeOffset Time { get; init; }

    /// <summary>A call came in. On disk before its reply starts.</summary>
    /// <param name="Rule">The place of the rule that answers it, from 0; null when none fits.</param>
    /// <param name="Fits">The signatures of the rules that it fits in everything but <c>nth</c>: what <c>nth</c> counts.</param>
    public sealed record Received(
        Vendor Vendor, string? Task, string Model, int? Rule, string PromptSha256, bool Streamed, ImmutableArray<string> Fits) : LedgerLine;

    /// <summary>Its reply ended. Written before the reply's last part is sent, so that no client knows more than the ledger.</summary>
    public sealed record Completed(string Outcome, int InputTokens, int OutputTokens) : LedgerLine;
}
