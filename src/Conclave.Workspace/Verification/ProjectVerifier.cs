using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Builds and tests a project with its own tools, in the sandbox, on a copy of it.</summary>
public sealed class ProjectVerifier(ProjectSandbox sandbox, TimeProvider clock)
{
    /// <summary>
    /// Verifies the project in a directory, which is only read. Whatever is missing, or goes wrong, is in the report; only cancelling throws, once
    /// nothing of the project runs any more.
    /// </summary>
    public async Task<VerificationReport> Verify(string tree, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var found = await sandbox.Check(cancel) switch
        {
            SandboxState.Ready when OperatingSystem.IsLinux() => await VerifyCopy(tree, cancel),
            SandboxState.Unavailable missing => Findings.Nothing(new StackGap("sandbox", missing.Reason, missing.Fix)),
            SandboxState.Broken broken => Findings.Nothing(new StackGap("sandbox", broken.Reason, null)),
            var other => throw new InvalidOperationException($"No verification in state {other.GetType().Name}."),
        };
        return found.Judge((long)clock.GetElapsedTime(started).TotalMilliseconds);
    }

    [SupportedOSPlatform("linux")]
    private async Task<Findings> VerifyCopy(string tree, CancellationToken cancel)
    {
        try
        {
            // Nothing ever runs in this one.
            using var copy = sandbox.CreateTree();
            var leftOut = TreeCopy.Copy(tree, copy, cancel);
            var found = await new VerificationRun(sandbox, copy.Path, ProjectTree.Of(copy.Path)).Run(cancel);
            return leftOut == 0 ? found : found with { Notes = [.. found.Notes, $"{leftOut} links or special files were left out"] };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Findings.Nothing(new StackGap("sandbox", $"the project can't be copied: {error.Message}", null));
        }
    }
}
