using Conclave.Engine.Definition;
using Conclave.Workspace.Verification;

namespace Conclave.Workspace.Steps;

/// <summary>Looks at the parameter <c>install</c> before anything runs.</summary>
internal static class InstallParameter
{
    /// <summary>What is wrong with it; an expression is looked at when it is filled in, and then counts as <c>ask</c> if it is no policy.</summary>
    public static IEnumerable<Problem> Check(PhaseDefinition phase) =>
        from pair in phase.With
        where pair.Key.Value == ProjectCheck.Parameter && pair.Value is not null
        let text = pair.Value.ToString()
        where !text.Contains("${{", StringComparison.Ordinal) && InstallPolicies.Parse(text) is null
        select new Problem("CONC602", pair.Key.At, $"`install` of phase `{phase.Name.Value}` can't be `{text}`", $"write one of: {InstallPolicies.Names}");
}
