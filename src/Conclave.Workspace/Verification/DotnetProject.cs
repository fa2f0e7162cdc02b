using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Conclave.Workspace.Verification;

/// <summary>What a .NET project file says, read as data: nothing of it is evaluated.</summary>
/// <param name="File">Relative to the project.</param>
/// <param name="Sdk">Such as <c>Microsoft.NET.Sdk</c> or <c>MSTest.Sdk/3.6.0</c>; empty when it is in no such form.</param>
/// <param name="Packages">Names and versions; a version is empty where the project leaves it open or hides it in an expression.</param>
[SupportedOSPlatform("linux")]
internal sealed partial record DotnetProject(string File, string Sdk, string Frameworks, ImmutableSortedDictionary<string, string> Packages)
{
    private static readonly ImmutableArray<string> Around = ["Directory.Packages.props", "Directory.Build.props", "Directory.Build.targets"];
    private static readonly ImmutableArray<string> TestPackages = ["Microsoft.NET.Test.Sdk", "xunit.v3", "TUnit"];

    /// <summary>Whether anything has to be fetched to build it.</summary>
    public bool NeedsPackages => !Packages.IsEmpty || Sdk.Contains('/', StringComparison.Ordinal) || Sdk.StartsWith("MSTest", StringComparison.Ordinal);

    /// <summary>Whether <c>dotnet test</c> finds tests in it.</summary>
    public bool IsTest => TestPackages.Any(Packages.ContainsKey) || Sdk.StartsWith("MSTest.Sdk", StringComparison.Ordinal);

    /// <summary>Reads one with the <c>Directory.*.props</c> above it; null when it is no XML.</summary>
    public static DotnetProject? Read(ProjectTree tree, string file)
    {
        if (Parse(tree.Read(file)) is not { } project)
        {
            return null;
        }

        ImmutableArray<XElement> around = [.. ProjectTree.Upwards(ProjectTree.DirectoryOf(file))
            .SelectMany(above => Around.Select(name => ProjectTree.In(above, name)))
            .Where(tree.Files.Contains).Select(props => Parse(tree.Read(props))).OfType<XElement>()];
        ImmutableArray<XElement> all = [project, .. around];
        var central = all.SelectMany(root => Items(root, "PackageVersion")).DistinctBy(item => item.Name).ToDictionary(item => item.Name, item => item.Version, StringComparer.OrdinalIgnoreCase);
        return new DotnetProject(
            file,
            (string?)project.Attribute("Sdk") ?? "",
            Property(all, "TargetFrameworks") ?? Property(all, "TargetFramework") ?? "",
            all.SelectMany(root => Items(root, "PackageReference").Concat(Items(root, "GlobalPackageReference"))).DistinctBy(item => item.Name, StringComparer.OrdinalIgnoreCase)
                .ToImmutableSortedDictionary(item => item.Name, item => Expand(all, item.Version.Length > 0 ? item.Version : central.GetValueOrDefault(item.Name, "")), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>
    /// A project that asks for the same packages and has nothing else, so that restoring it runs no target of this one; null when it asks for something that
    /// can't be copied so.
    /// </summary>
    public string? Stub() => !KnownSdk().IsMatch(Sdk) || !Framework().IsMatch(Frameworks) || Packages.Any(package => !PackageName().IsMatch(package.Key) || !Version().IsMatch(package.Value))
        ? null
        : new XElement(
            "Project",
            new XAttribute("Sdk", Sdk),
            new XElement("PropertyGroup", new XElement("TargetFrameworks", Frameworks), new XElement("NuGetAudit", "false")),
            new XElement("ItemGroup", Packages.Select(package => new XElement("PackageReference", new XAttribute("Include", package.Key), new XAttribute("Version", package.Value))))).ToString();

    private static IEnumerable<(string Name, string Version)> Items(XElement root, string kind) => root.Descendants().Where(element => element.Name.LocalName == kind)
        .Select(element => (Name: (string?)element.Attribute("Include") ?? (string?)element.Attribute("Update") ?? "", Version: Text(element, "VersionOverride") ?? Text(element, "Version") ?? ""))
        .Where(item => item.Name.Length > 0);

    private static string? Text(XElement element, string name) => (string?)element.Attribute(name) ?? element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value.Trim();

    private static string? Property(ImmutableArray<XElement> roots, string name) =>
        roots.SelectMany(root => root.Descendants()).FirstOrDefault(element => element.Name.LocalName == name && element.Parent?.Name.LocalName == "PropertyGroup")?.Value.Trim() is { Length: > 0 } value ? Expand(roots, value) : null;

    // $(Name), once: a property that is made of others is left as it is, and then refused.
    private static string Expand(ImmutableArray<XElement> roots, string text) => Expression().Match(text) is { Success: true } found
        ? roots.SelectMany(root => root.Descendants()).FirstOrDefault(element => element.Name.LocalName == found.Groups["name"].Value)?.Value.Trim() is { } value ? text.Replace(found.Value, value, StringComparison.Ordinal) : text
        : text;

    private static XElement? Parse(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    [GeneratedRegex("\\$\\((?<name>\\w+)\\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();

    [GeneratedRegex("^(Microsoft\\.NET\\.Sdk(\\.(Web|Worker|Razor|BlazorWebAssembly))?|MSTest\\.Sdk(/[\\w.-]+)?)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex KnownSdk();

    [GeneratedRegex("^net[a-z0-9.]+(-[a-z0-9.]+)?(;net[a-z0-9.]+(-[a-z0-9.]+)?)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Framework();

    [GeneratedRegex("^[A-Za-z0-9_.-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex PackageName();

    [GeneratedRegex("^[\\[(]?[0-9*][0-9A-Za-z.*+-]*(,\\s*[0-9A-Za-z.*+-]*)?[\\])]?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Version();
}
