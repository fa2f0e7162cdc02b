using System.Globalization;
using Conclave.Engine;
using Conclave.Engine.Council;

namespace Conclave.Cli.Terminal;

/// <summary>What <c>conclave show ID --decisions</c> prints: each decision with who wanted what, and what the council cost.</summary>
internal static class DecisionsPage
{
    public static IEnumerable<string> Lines(CouncilReport report)
    {
        if (report.Decisions.IsEmpty)
        {
            yield return "no decisions: the plans had no conflict, or were not compared yet";
            yield break;
        }

        foreach (var (decision, ballots) in report.Decisions)
        {
            yield return SafeText.Line(decision.Conflict.Question, 200);
            yield return $"  decided: {SafeText.Line(decision.ChoiceText(), 300)}";
            yield return $"  how:     {EngineText.Snake(decision.Method)}{(decision.Why is { } why ? $" ({SafeText.Line(why, 200)})" : "")}{(decision.Comment is { } comment ? $": {SafeText.Line(comment, 200)}" : "")}";
            foreach (var vote in decision.Votes)
            {
                yield return $"  {vote.Voter,-12} {vote.Choice ?? "none",-12} weight {vote.Weight}{(vote.Veto ? ", veto" : "")}{(decision.Dissent.Contains(vote.Voter) ? ", dissent" : "")}{(vote.Note is { } note ? $" ({SafeText.Line(note, 120)})" : "")}";
            }

            if (!ballots.IsEmpty)
            {
                yield return $"  {ballots.Length} ballots, {Figures.Money(ballots.Sum(ballot => ballot.CostUsd))}";
            }

            yield return "";
        }

        foreach (var pair in report.VendorPairs)
        {
            yield return $"{pair.One} and {pair.Other} wanted the same in {pair.Same} of {pair.Together}";
        }

        yield return $"the council cost {Figures.Money(report.CostUsd)}{(report.Share is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share * 100:0.0} % of the session") : "")}";
    }
}
