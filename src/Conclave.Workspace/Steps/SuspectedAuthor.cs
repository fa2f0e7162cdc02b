using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Workspace.Verification;

namespace Conclave.Workspace.Steps;

/// <summary>Guesses whose code a failure comes from. A wrong guess costs one rung of the ladder, so a simple rule is enough.</summary>
internal static class SuspectedAuthor
{
    /// <summary>The author of the file that the failures name last and that is no test; else who built first; else whoever leads.</summary>
    public static AgentId Of(VerificationReport report, ProjectTexts texts, SessionState state)
    {
        var details = string.Join('\n', report.Commands.Where(command => command.IsRed).SelectMany(command => command.Failures).Select(failure => $"{failure.File}\n{failure.Details}"));
        var named = texts.Blobs.Values
            .Where(file => file.Change.Agent is not null && !IsTest(file.Change.Path))
            .Select(file => (file.Change, At: details.LastIndexOf(file.Change.Path, StringComparison.Ordinal)))
            .Where(file => file.At >= 0)
            .OrderByDescending(file => file.At)
            .Select(file => file.Change.Agent)
            .FirstOrDefault();
        return named
            ?? state.Changes.SelectMany(change => change.Files).FirstOrDefault(file => file.Agent is not null && !IsTest(file.Path))?.Agent
            ?? state.Created.Agents[0].Agent.Id;
    }

    private static bool IsTest(string path) => path.Split('/').Any(part => part is "tests" or "test" or "__tests__") || path.Contains("test_", StringComparison.Ordinal) || path.Contains(".test.", StringComparison.Ordinal);
}
