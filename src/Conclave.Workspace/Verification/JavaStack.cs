using System.Collections.Immutable;
using System.Runtime.Versioning;

namespace Conclave.Workspace.Verification;

/// <summary>Java: <c>javac</c> compiles the sources. Maven and Gradle need plugins from their registries even to compile, so their projects wait for an installation.</summary>
[SupportedOSPlatform("linux")]
internal sealed class JavaStack(Func<string, bool> isInstalled) : CompiledStack(isInstalled)
{
    private static readonly ImmutableHashSet<string> Builds = ["pom.xml", "build.gradle", "build.gradle.kts"];

    /// <inheritdoc />
    public override string Name => "java";

    /// <inheritdoc />
    protected override (string Program, string Fix) Tool => ("javac", "install a JDK below /usr, on Debian and Ubuntu with: apt-get install default-jdk-headless");

    /// <inheritdoc />
    protected override ImmutableArray<string> Extensions => [".java"];

    /// <inheritdoc />
    protected override StackPlan Plan(ProjectTree tree) => tree.Files.FirstOrDefault(file => Builds.Contains(Path.GetFileName(file))) is { } build
        ? new StackPlan([], [NeedsPackages(build)])
        : new StackPlan([new StackCheck.Command(CheckPurpose.Build, ["javac", "-d", "/tmp/classes", .. tree.Files.Where(IsSource)], ".") { Settings = Settings() }], []);

    // Debian's Java has links into them, and does not start without.
    private static ImmutableArray<string> Settings() => [.. Directory.EnumerateDirectories("/etc", "java-*-openjdk").Order(StringComparer.Ordinal)];
}
