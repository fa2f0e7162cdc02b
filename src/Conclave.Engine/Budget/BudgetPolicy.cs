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

    /// <summary>Whether a reservation fits beside what is spent and reserved already.</summary>
    public static bool Fits(decimal budget, decimal spent, decimal reserved, decimal worstCase) => spent + reserved + worstCase <= budget;

    /// <summary>
    /// What an ended attempt costs. What was turned away costs nothing; what is in doubt stays at its worst case; an answer costs what the vendor
    /// counted, or its worst case when the vendor's numbers are missing or can't be true.
    /// </summary>
    public static decimal Settle(ModelPrice price, CallOutcome outcome, decimal reserved) => outcome switch
    {
        CallOutcome.InDoubt => reserved,
        CallOutcome.Answered or CallOutcome.CutOff => Counted(price, outcome.Tokens) ?? reserved,
        CallOutcome.Refused => Counted(price, outcome.Tokens) ?? 0m,
        _ => 0m,
    };

    private static decimal? Counted(ModelPrice price, Usage? usage) => usage is { IsPlausible: true } ? price.Cost(usage) : null;
}
