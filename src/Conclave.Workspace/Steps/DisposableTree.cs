namespace Conclave.Workspace.Steps;

/// <summary>Removes what only served for a while.</summary>
internal static class DisposableTree
{
    /// <summary>Removes a directory with all that is in it; links in it are removed, never followed.</summary>
    public static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
