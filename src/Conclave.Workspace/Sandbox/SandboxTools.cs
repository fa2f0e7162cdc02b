namespace Conclave.Workspace.Sandbox;

/// <summary>The programs of this machine that a run can see: those that are installed below <c>/usr</c>, nothing from a home directory.</summary>
public static class SandboxTools
{
    /// <summary>The search path of every run.</summary>
    public const string SearchPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Whether a run can start a program of this name.</summary>
    public static bool Has(string program) => SearchPath.Split(':').Any(directory => IsVisible(Path.Combine(directory, program)));

    // A link may lead out of what a run can see, into /opt or somebody's home.
    private static bool IsVisible(string file)
    {
        if (!File.Exists(file))
        {
            return false;
        }

        var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
        return Roots.Any(root => target.StartsWith(root, StringComparison.Ordinal));
    }

    private static readonly string[] Roots = ["/usr/", "/bin/", "/lib/"];
}
