using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>Verifies projects that are written down as paths and contents.</summary>
public sealed class VerifierFixture : IDisposable
{
    private readonly SandboxFixture sandbox = new();

    public async Task<VerificationReport> Verify(params (string Path, string Content)[] files) => await Verify(new SandboxLimits(), files);

    public async Task<VerificationReport> Verify(SandboxLimits limits, params (string Path, string Content)[] files)
    {
        Needs.Bubblewrap();
        Needs.Python();
        if (files.Any(file => file.Path.EndsWith("js", StringComparison.Ordinal)))
        {
            Needs.Node();
        }

        using var own = limits == new SandboxLimits() ? null : sandbox.Open(limits);
        return await new ProjectVerifier(own ?? sandbox.Sandbox, PackageSources.Default, TimeProvider.System).Verify(Project(files), Downloads.Never, CancellationToken.None);
    }

    public async Task<VerificationReport> Verify(Downloads downloads, PackageSources sources, params (string Path, string Content)[] files)
    {
        Needs.Bubblewrap();
        Needs.Python();
        Needs.Node();
        return await new ProjectVerifier(sandbox.Sandbox, sources, TimeProvider.System).Verify(Project(files), downloads, CancellationToken.None);
    }

    /// <summary>A project on disk.</summary>
    public string Project(params (string Path, string Content)[] files)
    {
        var root = Path.Combine(sandbox.Directory, Guid.NewGuid().ToString("N"));
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }

        return root;
    }

    public ProjectVerifier Verifier() => new(sandbox.Sandbox, PackageSources.Default, TimeProvider.System);

    public SandboxOptions Options => sandbox.Options;

    public void Dispose() => sandbox.Dispose();
}
