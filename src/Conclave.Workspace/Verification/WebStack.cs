using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>Pages that a browser opens as they are: each <c>index.html</c> is well-formed, roughly, and what it refers to exists. It has no tests.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class WebStack : IStack
{
    /// <inheritdoc />
    public string Name => "web";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => Pages(tree).Any();

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree) => new([new StackCheck.Inspection([.. Pages(tree).SelectMany(page => Inspect(tree, page))])], []);

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, SandboxRun run) => TestReport.None;

    // Templates of a server are no pages yet.
    private static IEnumerable<string> Pages(ProjectTree tree) =>
        tree.Files.Where(file => Path.GetFileName(file) == "index.html" && !file.Split('/').Contains("templates"));

    private static IEnumerable<TestFailure> Inspect(ProjectTree tree, string page)
    {
        var html = HtmlPage.Read(tree.Read(page));
        var missing = html.Tags
            .SelectMany(tag => References(tag).Select(reference => (Tag: tag, Reference: reference)))
            .Where(found => !Exists(tree, page, found.Reference))
            .Select(found => new TestFailure($"{page}: {found.Reference}", page, "MissingFile", $"<{found.Tag.Name}> refers to a file that does not exist", $"{page}:{found.Tag.Line}"));
        return html.Problems
            .Select(problem => new TestFailure(page, page, "InvalidHtml", problem, ""))
            .Concat(missing);
    }

    private static IEnumerable<string> References(HtmlTag tag)
    {
        var value = tag.Name switch
        {
            "script" or "img" or "source" or "video" or "audio" or "iframe" => tag.Attributes.GetValueOrDefault("src"),
            "link" when tag.Attributes.GetValueOrDefault("rel")?.Split(' ').Intersect(["stylesheet", "manifest", "modulepreload", "preload"]).Any() == true => tag.Attributes.GetValueOrDefault("href"),
            // A page of its own; anything else may be a route of a server or of a script.
            "a" when tag.Attributes.GetValueOrDefault("href") is { } link && PageLink().IsMatch(link) => link,
            _ => null,
        };
        return value is not null && IsLocal(value) ? [value] : [];
    }

    // Not another scheme or host, not a part of this page, not a template's placeholder.
    private static bool IsLocal(string reference) => reference.Length > 0 && !NotLocal().IsMatch(reference);

    private static bool Exists(ProjectTree tree, string page, string reference)
    {
        var path = Uri.UnescapeDataString(reference.Split('?', '#')[0]);
        if (!path.StartsWith('/'))
        {
            return tree.Files.Contains(Combine(ProjectTree.DirectoryOf(page), path));
        }

        // Where a server mounts its files is not written in the page: any file of that name will do.
        var name = path[(path.LastIndexOf('/') + 1)..];
        return !name.Contains('.', StringComparison.Ordinal) || tree.Files.Any(file => Path.GetFileName(file) == name);
    }

    // Relative to the root of nothing, so that a path can't climb out of it.
    private static string Combine(string directory, string path) => Path.GetFullPath(Path.Combine("/", directory, path))[1..];

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]*:|//|#)|\\{\\{|\\{%|\\$\\{|<%|%[A-Z_]+%", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NotLocal();

    [GeneratedRegex("\\.html?([?#]|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PageLink();
}
