using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>Pages that a browser opens as they are: each is well-formed, roughly, what it and its style sheets refer to exists, and its scripts parse. It has no tests.</summary>
/// <param name="isInstalled">Whether the sandbox has a program.</param>
[SupportedOSPlatform("linux")]
internal sealed partial class WebStack(Func<string, bool> isInstalled) : IStack
{
    private const string Parse = "check_node.cjs";

    /// <inheritdoc />
    public string Name => "web";

    /// <inheritdoc />
    public bool Detect(ProjectTree tree) => Pages(tree).Any(page => Path.GetFileName(page) == "index.html");

    /// <inheritdoc />
    public StackPlan Checks(ProjectTree tree, PackageSupply packages)
    {
        var look = new StackCheck.Inspection([.. Pages(tree).SelectMany(page => Inspect(tree, page)), .. Styles(tree).SelectMany(style => Inspect(tree, style, tree.Read(style)))]);
        return (ScriptCommand(tree), isInstalled("node")) switch
        {
            (null, _) => new StackPlan([look], []),
            ({ } scripts, true) => new StackPlan([look, scripts], []),
            _ => new StackPlan([look], []) { Notes = ["the scripts of its pages were not parsed: `node` was not found below /usr"] },
        };
    }

    /// <inheritdoc />
    public TestReport Read(ProjectTree tree, StackCheck.Command command, CommandRun run) => TestReport.Read(run.Run) with { Results = [.. ScriptErrors.Read(run.Output)] };

    // Templates of a server are no pages yet.
    private static IEnumerable<string> Pages(ProjectTree tree) =>
        tree.Files.Where(file => Page().IsMatch(file) && !file.Split('/').Any(part => part is "templates" or "views" or "public-templates"));

    private static IEnumerable<string> Styles(ProjectTree tree) => tree.Files.Where(file => file.EndsWith(".css", StringComparison.Ordinal));

    // The scripts in the pages, and those beside them, which belong to no package that would parse them.
    private static StackCheck.Command? ScriptCommand(ProjectTree tree)
    {
        var written = Pages(tree)
            .SelectMany(page => HtmlPage.Read(tree.Read(page)).Tags.Where(IsScript).Select(tag => (Name: InlineName(page, tag), Text: new string('\n', tag.ContentLine - 1) + tag.Content)))
            .ToImmutableSortedDictionary(script => script.Name, script => script.Text, StringComparer.Ordinal);
        var files = tree.Files.Any(file => Path.GetFileName(file) == "package.json") ? [] : tree.Files.Where(file => ScriptFile().IsMatch(file)).ToImmutableArray();
        return written.IsEmpty && files.IsEmpty ? null : new StackCheck.Command(
            CheckPurpose.Build, ["node", "--experimental-vm-modules", "--no-warnings", $"/conclave/{Parse}", .. files, .. written.Keys.Select(name => $"/conclave/{name}")], ".")
        {
            Programs = [Parse, "hollow_tests.cjs"],
            Files = written,
        };
    }

    private static bool IsScript(HtmlTag tag) =>
        tag.Name == "script" && !tag.Attributes.ContainsKey("src") && !string.IsNullOrWhiteSpace(tag.Content) && tag.Attributes.GetValueOrDefault("type", "") is "" or "module" or "text/javascript" or "application/javascript";

    // site/index.html, line 12 -> site.index.html.12.js: one name, so that it can lie in /conclave
    private static string InlineName(string page, HtmlTag tag) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{page.Replace('/', '.')}.line-{tag.Line}.{(tag.Attributes.GetValueOrDefault("type") == "module" ? "mjs" : "js")}");

    private static IEnumerable<TestFailure> Inspect(ProjectTree tree, string style, string text) => StyleUrl().Matches(StyleComment().Replace(text, ""))
        .Select(found => found.Groups["url"].Value.Trim())
        .Where(url => IsLocal(url) && !Exists(tree, style, url))
        .Distinct(StringComparer.Ordinal)
        .Select(url => new TestFailure($"{style}: {url}", style, "MissingFile", "the style sheet refers to a file that does not exist", style));

    private static IEnumerable<TestFailure> Inspect(ProjectTree tree, string page)
    {
        var html = HtmlPage.Read(tree.Read(page));
        var missing = html.Tags
            .SelectMany(tag => References(tag).Select(reference => (Tag: tag, Reference: reference)))
            .Where(found => !Exists(tree, page, found.Reference))
            .Select(found => new TestFailure($"{page}: {found.Reference}", page, "MissingFile", $"<{found.Tag.Name}> refers to a file that does not exist", $"{page}:{found.Tag.Line}"));
        return html.Problems
            .Where(_ => html.Tags.Length > 0 || Path.GetFileName(page) == "index.html")
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

    [GeneratedRegex("\\.html?$", RegexOptions.NonBacktracking)]
    private static partial Regex Page();

    [GeneratedRegex("\\.[cm]?js$", RegexOptions.NonBacktracking)]
    private static partial Regex ScriptFile();

    // url(img/a.png), url("../fonts/b.woff2"), @import "base.css"
    [GeneratedRegex("url\\(\\s*[\"']?(?<url>[^\"')]+)[\"']?\\s*\\)|@import\\s+[\"'](?<url>[^\"']+)[\"']", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex StyleUrl();

    [GeneratedRegex("/\\*.*?\\*/", RegexOptions.Singleline, 1000)]
    private static partial Regex StyleComment();

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]*:|//|#)|\\{\\{|\\{%|\\$\\{|<%|%[A-Z_]+%", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NotLocal();

    [GeneratedRegex("\\.html?([?#]|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PageLink();
}
