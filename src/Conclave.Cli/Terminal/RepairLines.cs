using Conclave.Engine.Execution;

namespace Conclave.Cli.Terminal;

/// <summary>The rungs of the repair ladder in <c>conclave show</c>: what was wrong, who was asked, what it changed and cost.</summary>
internal static class RepairLines
{
    public static IEnumerable<string> Of(SessionState state)
    {
        foreach (var (number, repair) in (state.Verification?.Repairs ?? []).Index())
        {
            yield return $"  repair {number + 1} ({SafeText.Line(repair.Rung, 20)}): {SafeText.Line($"{repair.Agent} ({repair.Model})", 80)}, {Figures.Money(repair.CostUsd)}, changed {(repair.Files.IsEmpty ? "nothing" : SafeText.Line(string.Join(", ", repair.Files), 200))}";
            yield return $"    because: {SafeText.Line(repair.Failure, 200)}";
            if (repair.Explanation.Length > 0)
            {
                yield return $"    it says: {SafeText.Line(repair.Explanation, 200)}";
            }
        }
    }
}
