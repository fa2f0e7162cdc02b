using System.Collections.Immutable;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Verification;

/// <summary>The stacks that we know.</summary>
[SupportedOSPlatform("linux")]
internal static class ProjectStacks
{
    /// <summary>Those that a project uses; it may be several.</summary>
    /// <param name="isInstalled">Whether the sandbox has a program.</param>
    public static ImmutableArray<IStack> Of(ProjectTree tree, Func<string, bool> isInstalled)
    {
        ImmutableArray<IStack> all =
        [
            new PythonStack(isInstalled), new NodeStack(isInstalled), new DotnetStack(isInstalled), new GoStack(isInstalled), new RustStack(isInstalled), new JavaStack(isInstalled),
            new WebStack(isInstalled), new ForeignStack(),
        ];
        return [.. all.Where(stack => stack.Detect(tree))];
    }
}
