using System.Collections.Immutable;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>The packages that were fetched for a project, and why others were not.</summary>
/// <param name="Permission">Whether anything could be.</param>
internal sealed record PackageSupply(Downloads Permission, PackageSources Sources)
{
    private const string Refusal = "dependencies can't be installed";

    /// <summary>Nothing, since nothing may be.</summary>
    public static PackageSupply None { get; } = new(Downloads.Never, PackageSources.Default);

    /// <summary>What the project's commands find, by stack and part of the project.</summary>
    public ImmutableDictionary<(string Stack, string Directory), SandboxLayer> Layers { get; init; } = ImmutableDictionary<(string, string), SandboxLayer>.Empty;

    /// <summary>Why something that was allowed did not come, by stack and part of the project.</summary>
    public ImmutableDictionary<(string Stack, string Directory), StackGap> Failed { get; init; } = ImmutableDictionary<(string, string), StackGap>.Empty;

    /// <summary>Whether the packages of a part of the project were fetched.</summary>
    public bool Has(string stack, string directory) => Layers.ContainsKey((stack, directory));

    /// <summary>The gap of what is needed and not there.</summary>
    /// <param name="need">What needs what, such as "package.json asks for packages".</param>
    /// <param name="otherwise">Another way out than a download; null for none.</param>
    public StackGap Lacks(string stack, string directory, string need, string? otherwise = null) => (Failed.GetValueOrDefault((stack, directory)), Permission) switch
    {
        ({ } failed, _) => failed,
        (_, Downloads.Denied denied) => new StackGap(stack, $"{need}; {Refusal}: {denied.Reason}", otherwise is null ? denied.Fix : $"{denied.Fix}; {otherwise}"),
        _ => new StackGap(stack, $"{need}, and it was not fetched", otherwise),
    };
}
