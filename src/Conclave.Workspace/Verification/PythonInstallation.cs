using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>How the packages of Python projects are fetched: by pip, built ones only, since to build one is to run its code. All parts of a project share them.</summary>
[SupportedOSPlatform("linux")]
internal static partial class PythonInstallation
{
    /// <summary>Where the project's commands find them.</summary>
    public const string At = "/packages/python";

    private const string OfTheSystem = "/usr/lib/python3/dist-packages";
    private const string Requirements = "requirements.txt";

    /// <summary>The installation of all that a project declares; null when it declares nothing, or has it.</summary>
    /// <param name="withPytest">Whether its tests need pytest, whatever it declares.</param>
    public static Installation? Of(ProjectTree tree, bool withPytest, PackageSources sources)
    {
        var declared = tree.Files
            .Where(file => RequirementsFile().IsMatch(file) || Path.GetFileName(file) == "pyproject.toml")
            .SelectMany(file => Declared(tree, file).Select(requirement => (File: file, Requirement: requirement)))
            .Where(found => !IsPresent(NameOf(found.Requirement)))
            .ToList();
        if (withPytest && !declared.Exists(found => NameOf(found.Requirement) == "pytest"))
        {
            declared.Add(("the tests", "pytest"));
        }

        if (declared.Count == 0)
        {
            return null;
        }

        var requirements = declared.Select(found => found.Requirement).Distinct(StringComparer.OrdinalIgnoreCase).ToImmutableArray();
        return new Installation("python", ".", declared[0].File, requirements)
        {
            Argv =
            [
                "python3", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile", "--no-cache-dir", "--progress-bar=off",
                "--only-binary=:all:", "--target=/project/site", $"--index-url={sources["pypi"]}", "--requirement", Requirements,
            ],
            Tool = ("pip3", "apt-get install python3-pip"),
            Files = ImmutableSortedDictionary<string, string>.Empty.Add(Requirements, string.Join('\n', requirements) + '\n').Add(".tmp/empty", ""),
            Environment = ImmutableSortedDictionary<string, string>.Empty.Add("TMPDIR", "/project/.tmp"),
            Output = "site",
            At = At,
            Unknown = UnknownPackage(),
        };
    }

    /// <summary>What a file asks for, each as pip writes it. Addresses, options and paths are left out.</summary>
    public static IEnumerable<string> Declared(ProjectTree tree, string file) =>
        (Path.GetFileName(file) == "pyproject.toml" ? Project(tree.Read(file)) : tree.Read(file).Split('\n'))
            .Select(line => Comment().Replace(line, "").Trim())
            .Where(line => Requirement().IsMatch(line));

    // The lists `dependencies` of [project], and those of [project.optional-dependencies] and [dependency-groups].
    private static IEnumerable<string> Project(string text)
    {
        var section = "";
        var inList = false;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (!inList && trimmed.StartsWith('['))
            {
                section = trimmed.Trim('[', ']', ' ');
                continue;
            }

            var starts = !inList && ((section == "project" && trimmed.StartsWith("dependencies", StringComparison.Ordinal)) || section is "project.optional-dependencies" or "dependency-groups") && trimmed.Contains('[', StringComparison.Ordinal);
            if (starts || inList)
            {
                foreach (Match quoted in Quoted().Matches(starts ? trimmed[trimmed.IndexOf('[', StringComparison.Ordinal)..] : trimmed))
                {
                    yield return quoted.Groups["text"].Value;
                }

                var end = Quoted().Replace(trimmed, "");
                inList = !end.TrimEnd().TrimEnd(',').EndsWith(']') && (inList || starts);
            }
        }
    }

    private static string NameOf(string requirement) => Name().Match(requirement).Value.ToLowerInvariant().Replace('_', '-');

    // By the system's own packages.
    private static bool IsPresent(string name) => Directory.Exists(OfTheSystem) && Directory.EnumerateFileSystemEntries(OfTheSystem)
        .Any(directory => Installed().Match(Path.GetFileName(directory)) is { Success: true } found && found.Groups["name"].Value.ToLowerInvariant().Replace('_', '-') == name);

    // requirements.txt, requirements-dev.txt, requirements/test.txt
    [GeneratedRegex("(^|/)requirements[^/]*\\.txt$|(^|/)requirements/[^/]+\\.txt$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RequirementsFile();

    [GeneratedRegex("(^|\\s)#.*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();

    // flask[async] >= 2.0, < 4 ; python_version > "3.8"
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*\\s*(\\[[A-Za-z0-9,._ -]*\\])?\\s*\\(?((===?|[<>~!]=|[<>])\\s*[\\w.*+!-]+\\s*,?\\s*)*\\)?\\s*(;[^@]*)?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Requirement();

    [GeneratedRegex("^[A-Za-z0-9._-]*[A-Za-z0-9]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex("\"(?<text>[^\"]*)\"|'(?<text>[^']*)'", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    // Flask-2.2.2.dist-info, six-1.16.0.egg-info
    [GeneratedRegex("^(?<name>[A-Za-z0-9._]+(-[A-Za-z][A-Za-z0-9._]*)*)-\\d.*\\.(dist|egg)-info$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Installed();

    // ERROR: No matching distribution found for flsk; where the index could not be reached pip has said so before.
    [GeneratedRegex("(?<!Retrying[\\s\\S]*)No matching distribution found for .*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnknownPackage();
}
