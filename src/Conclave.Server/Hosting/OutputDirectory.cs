using System.Globalization;
using Conclave.Workspace.Files;

namespace Conclave.Server.Hosting;

/// <summary>Where results go: never over something that is there, and only where they can be written.</summary>
public static class OutputDirectory
{
    private const string Fix = "choose another with --output";

    /// <summary>The directory that will be used, absolute and no link itself, or why nothing can be delivered there. It leaves nothing behind.</summary>
    public static Refusable<string> Take(string path)
    {
        try
        {
            var target = Target(path);
            return (Check(target) ?? Unwritable(target)) is { } refusal ? refusal : target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse($"the output directory {path} can't be used: {error.Message}");
        }
    }

    /// <summary>A directory in <paramref name="parent"/> named after the description, with a number when that name is taken.</summary>
    public static string Propose(string parent, string name)
    {
        var slug = FolderName.Of(name);
        var path = Path.Combine(parent, slug);
        for (var number = 2; Check(path) is not null; number++)
        {
            path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{slug}-{number}"));
        }

        return path;
    }

    // A project is moved into place as a whole, which would replace a link or fail at it; what the link leads to is what the user means.
    private static string Target(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var entry = new FileInfo(full);
        return entry.LinkTarget is null ? full : Path.TrimEndingDirectorySeparator(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    private static Refusal? Check(string path)
    {
        if (File.Exists(path))
        {
            return Refuse($"the output directory {path} is a file");
        }

        return Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()
            ? new Refusal(RefusalKind.Invalid, $"CONC201 the output directory {path} is not empty; nothing was changed in it", $"{Fix}, or empty it")
            : null;
    }

    // Nothing but trying tells whether a folder can be written: permissions, read-only mounts and the like of /proc all say it in their own way.
    private static Refusal? Unwritable(string path)
    {
        if (Path.GetDirectoryName(path) is not { } folder)
        {
            return Refuse($"the output directory {path} is the root of the file system");
        }

        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        if (!Directory.Exists(folder))
        {
            return Refuse($"the output directory {path} can't be made: {folder} is not a folder");
        }

        try
        {
            Directory.Delete(Directory.CreateDirectory(Path.Combine(folder, $".conclave-{Guid.NewGuid():N}")).FullName);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse($"the output directory {path} can't be made: {folder} can't be written");
        }
    }

    private static Refusal Refuse(string text) => new(RefusalKind.Invalid, $"CONC201 {text}", Fix);
}
