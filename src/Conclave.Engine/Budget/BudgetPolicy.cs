using System.Text;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Engine.Budget;

/// <summary>Reserve before, settle after: pure arithmetic that keeps a session within its budget.</summary>
public static class BudgetPolicy
{
    /// <summary>What vendors add to a request by themselves (roles, the frame of a schema), in tokens; a generous guess.</summary>
    private const int VendorOverheadTokens = 1024;

    /// <summary>
    /// The most that a request can cost. A token is at least one byte of UTF-8 in the tokenizers of all three vendors, so the length of the
    /// canonical request in bytes is a bound on its input; the output is bounded by its limit.
    /// </summary>
    public static decimal WorstCase(ModelPrice price, string canonicalRequest, int maxOutputTokens) =>
        price.WorstCase(Encoding.UTF8.GetByteCount(canonicalRequest) + VendorOverheadTokens, maxOutputTokens);

    /// <summary>
    /// What an ended attempt costs; never more than was reserved for it. What was turned away costs nothing. What is in doubt, and what failed at the
    /// vendor, may have been billed and stays at its worst case. An answer, even an empty one, or a refusal by the model, costs what the vendor counted, or its worst
    /// case when the vendor's numbers are missing or can't be true.
    /// </summary>
    public static decimal Settle(ModelPrice price, CallOutcome outcome, decimal reserved) => outcome switch
    {
        CallOutcome.InDoubt or CallOutcome.Failed => reserved,
        CallOutcome.Answered or CallOutcome.CutOff or CallOutcome.Empty or CallOutcome.Refused => outcome.Tokens is { } usage && WrongCount(price, outcome, reserved) is null ? price.Cost(usage) : reserved,
        _ => 0m,
    };

    /// <summary>Why the tokens that the vendor counted can't be true, as the rest of a sentence that begins with them; null when they can, or are missing.</summary>
    /// <param name="reserved">The worst case by our own estimate.</param>
    public static string? WrongCount(ModelPrice price, CallOutcome outcome, decimal reserved) => outcome.Tokens switch
    {
        null => null,
        { IsPlausible: false } => "contradict each other or are beyond all measure",
        { InputTokens: 0 } => "leave the question out",
        { OutputTokens: 0 } when outcome.Text is { Bytes: > 0 } => "leave the answer out",
        var usage when price.Cost(usage) > reserved => FormattableString.Invariant($"would cost ${price.Cost(usage):0.00##}, more than the request can"),
        _ => null,
    };
}
