using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Builds and tests a project with its own tools, in a sandbox, on a copy of it.</summary>
/// <param name="sources">Where its packages come from.</param>
public sealed class ProjectVerifier(ISandbox sandbox, PackageSources sources, TimeProvider clock)
{
    private const string Trusted = "it ran without a sandbox (--trust), which proves nothing";

    /// <summary>The packages that a project declares and does not have; none where nothing can be run anyway. Looks at the files only.</summary>
    /// <param name="texts">Its files by their paths.</param>
    public async Task<ImmutableArray<DeclaredPackages>> Declared(IReadOnlyDictionary<string, string> texts, CancellationToken cancel) =>
        await sandbox.Check(cancel) is SandboxState.Ready && OperatingSystem.IsLinux() ? Declared(ProjectTree.Of(texts)) : [];

    /// <summary>
    /// Verifies the project in a directory, which is only read. Whatever is missing, or goes wrong, is in the report; only cancelling throws, once
    /// nothing of the project runs any more.
    /// </summary>
    /// <param name="permission">Whether packages may be fetched.</param>
    public async Task<VerificationReport> Verify(string tree, Downloads permission, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var found = await sandbox.Check(cancel) switch
        {
            SandboxState.Ready when OperatingSystem.IsLinux() => await VerifyCopy(tree, permission, cancel),
            SandboxState.Unavailable missing => Findings.Nothing(new StackGap("sandbox", missing.Reason, missing.Fix)),
            SandboxState.Broken broken => Findings.Nothing(new StackGap("sandbox", broken.Reason, null)),
            var other => throw new InvalidOperationException($"No verification in state {other.GetType().Name}."),
        };
        if (!sandbox.Confines)
        {
            found = found with { Gaps = [new StackGap("sandbox", Trusted, "run it without --trust, where there is a sandbox"), .. found.Gaps] };
        }

        return found.Judge((long)clock.GetElapsedTime(started).TotalMilliseconds) with { Sandbox = sandbox.Name };
    }

    [SupportedOSPlatform("linux")]
    private ImmutableArray<DeclaredPackages> Declared(ProjectTree tree) =>
        [.. ProjectStacks.Of(tree, sandbox.Has).SelectMany(stack => stack.Installations(tree, sources)).Select(installation => new DeclaredPackages(installation.Stack, installation.Manifest, installation.Packages))];

    [SupportedOSPlatform("linux")]
    private async Task<Findings> VerifyCopy(string tree, Downloads permission, CancellationToken cancel)
    {
        try
        {
            // Nothing ever runs in this one.
            using var copy = sandbox.CreateTree();
            var leftOut = TreeCopy.Copy(tree, copy, cancel);
            using var run = new VerificationRun(sandbox, copy.Path, ProjectTree.Of(copy.Path), permission, sources);
            var found = await run.Run(cancel);
            return leftOut == 0 ? found : found with { Notes = [.. found.Notes, $"{leftOut} links or special files were left out"] };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Findings.Nothing(new StackGap("sandbox", $"the project can't be copied: {error.Message}", null));
        }
    }
}

/// <summary>Packages that a part of a project declares and does not have.</summary>
/// <param name="Manifest">The file that declares them.</param>
/// <param name="Packages">Their names, with versions as they are written.</param>
public sealed record DeclaredPackages(string Stack, string Manifest, ImmutableArray<string> Packages);
