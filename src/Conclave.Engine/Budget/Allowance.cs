using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Budget;

/// <summary>A limit of money with what counts against it. A call must fit into every one that covers it.</summary>
/// <param name="Phase">The phase whose limit it is; null for the session's.</param>
/// <param name="StepUsd">What one <c>resume</c> adds to a phase's limit; 0 for the session's, which takes a new one by <c>--budget</c>.</param>
/// <param name="ReservedUsd">The worst cases of the calls that are under way.</param>
public sealed record Allowance(PhaseId? Phase, decimal LimitUsd, decimal StepUsd, decimal SpentUsd, decimal ReservedUsd, BudgetAction OnExceed)
{
    /// <summary>The number of the error when a phase's own limit is exceeded.</summary>
    public const string PhaseCode = "CONC403";

    /// <summary>The number of the error when it is exceeded.</summary>
    public string Code => Phase is null ? "CONC401" : PhaseCode;

    /// <summary>The limits that cover a phase's calls: the session's and, when it has one, its own.</summary>
    public static ImmutableArray<Allowance> Of(SessionState state, Phase phase)
    {
        var session = new Allowance(null, state.BudgetUsd, 0m, state.SpentUsd, state.ReservedUsd, state.Created.Settings.OnExceed);
        if (phase.Budget is not { } own)
        {
            return [session];
        }

        var attempts = state.Calls.Values.Where(call => call.Phase == phase.Id).SelectMany(call => call.Attempts).ToList();
        return
        [
            session,
            new Allowance(
                phase.Id,
                own.Usd * (1 + state.BudgetGrants.GetValueOrDefault(phase.Id)),
                own.Usd,
                attempts.Sum(attempt => attempt.CostUsd),
                attempts.Where(attempt => attempt.Outcome is null).Sum(attempt => attempt.Intent.ReservedUsd),
                own.OnExceed),
        ];
    }

    /// <summary>Whether a call fits beside what is spent and reserved already.</summary>
    public bool Fits(decimal worstCase) => SpentUsd + ReservedUsd + worstCase <= LimitUsd;

    /// <summary>Whether it could fit once the calls that are under way turn out to cost nothing.</summary>
    public bool CouldFit(decimal worstCase) => SpentUsd + worstCase <= LimitUsd;

    /// <summary>Why a call is not made, naming the limit.</summary>
    public string Refusal(decimal worstCase)
    {
        var whose = Phase is { } phase ? $"phase `{phase}`'s" : "the";
        return FormattableString.Invariant($"the next call may cost ${worstCase:0.00##}, and only ${Math.Max(0, LimitUsd - SpentUsd):0.00##} of {whose} budget of ${LimitUsd:0.00##} is left");
    }

    /// <summary>What lets it be made.</summary>
    public string Fix(decimal worstCase)
    {
        if (Phase is not { } phase)
        {
            return FormattableString.Invariant($"resume with --budget {Math.Ceiling(SpentUsd + worstCase)} or more");
        }

        var times = Math.Ceiling((SpentUsd + worstCase - LimitUsd) / StepUsd);
        return FormattableString.Invariant($"each resume allows phase `{phase}` another ${StepUsd:0.00##}{(times > 1 ? $", which takes {times} of them" : "")}");
    }
}
