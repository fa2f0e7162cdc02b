using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>Tools of the machine that tests can't do without: where one is missing a test is skipped by name, and on CI it fails.</summary>
internal static class Needs
{
    public static void Bubblewrap() => Tool("bwrap", new SandboxOptions("/").SearchPath.Split(':').Any(directory => File.Exists(Path.Combine(directory, "bwrap"))));

    public static void Python() => Tool("python3", SandboxTools.Has("python3"));

    public static void Node() => Tool("node", SandboxTools.Has("node"));

    /// <summary>A tool that not every machine must have.</summary>
    public static void Program(string name) => Tool(name, SandboxTools.Has(name), failOnCi: false);

    /// <summary>A folder that something else must have made.</summary>
    public static void Folder(string path, string name) => Tool(name, Directory.Exists(path));

    public static void Root() => Tool("root", Environment.UserName == "root", failOnCi: false);

    private static void Tool(string name, bool isThere, bool failOnCi = true)
    {
        if (!isThere && failOnCi && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"CI must have {name}");
        }

        Assert.SkipUnless(isThere, $"needs {name}");
    }
}
