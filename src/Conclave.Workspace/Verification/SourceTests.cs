using System.Collections.Immutable;

namespace Conclave.Workspace.Verification;

/// <summary>A test as it stands in the source.</summary>
/// <param name="Name">Without its module: <c>Class.method</c>, or a function.</param>
/// <param name="File">Relative to the project.</param>
/// <param name="IsCertain">Whether the runner finds it for sure; otherwise it may be a mixin, or its class come from somewhere else.</param>
internal sealed record SourceTest(string Name, string File, bool IsCertain);

/// <summary>The tests that stand in a project's source, found without running anything of it: what a report is held against.</summary>
internal sealed class SourceTests(ImmutableArray<SourceTest> tests)
{
    private readonly ILookup<string, string> modules = tests.ToLookup(test => test.Name, test => Module(test.File), StringComparer.Ordinal);

    /// <summary>
    /// Whether a test that is said to have passed stands in the source. A test that <c>load_tests</c> or a loop makes up does not; a subtest has the
    /// name of its test.
    /// </summary>
    public bool Explain(TestResult result)
    {
        // tests.acceptance.test_links.Links.test_hits (code='x')
        var id = result.Test.Split(' ')[0];
        for (var dot = id.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = id.IndexOf('.', dot + 1))
        {
            var module = id[..dot];
            if (modules[id[(dot + 1)..]].Any(known => known == module || known.EndsWith($".{module}", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The tests of some files that the runner must come upon.</summary>
    public ImmutableArray<SourceTest> CertainOf(ImmutableArray<string> files) => [.. tests.Where(test => test.IsCertain && files.Contains(test.File))];

    /// <summary>Whether a test, or a subtest of it, is in a report, however it ended.</summary>
    public static bool IsIn(ImmutableArray<TestResult> results, SourceTest test) =>
        results.Any(result => result.File == test.File && result.Test.Split(' ')[0].EndsWith($".{test.Name}", StringComparison.Ordinal));

    private static string Module(string file) => file[..^Path.GetExtension(file).Length].Replace('/', '.');
}
