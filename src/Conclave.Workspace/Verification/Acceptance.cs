using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>The acceptance tests, which belong to another agent than the code.</summary>
internal static partial class Acceptance
{
    /// <summary>Where they are.</summary>
    public const string Folder = "tests/acceptance";

    private static readonly FrozenSet<string> Notes = FrozenSet.Create(StringComparer.Ordinal, "", ".md", ".txt", ".json", ".yaml", ".yml", ".html", ".css", ".csv", ".sql", ".xml");

    /// <summary>Whether a file lies there.</summary>
    public static bool Has(string? file) => file?.StartsWith($"{Folder}/", StringComparison.Ordinal) == true;

    /// <summary>Whether it is code that lies there, of whatever language, so that one that we can't run is missed too; not the notes beside it.</summary>
    public static bool IsCode(string file) => Has(file) && !Notes.Contains(Path.GetExtension(file));

    /// <summary>Whether it is named as a test, so that it has to be run.</summary>
    public static bool IsTest(string file) => IsCode(file) && TestFile().IsMatch(Path.GetFileNameWithoutExtension(file));

    // test_links.sh, links_test.go, links.spec.ts, links_tests.py, LinksTest.java
    [GeneratedRegex("^tests?([._-]|$)|(^|[._-])(tests?|spec)$|[a-z0-9]Tests?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TestFile();
}
