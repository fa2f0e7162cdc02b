using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>The errors that compilers print, so that a failed build names its files.</summary>
[SupportedOSPlatform("linux")]
internal static partial class CompilerErrors
{
    private const int Most = 100;

    /// <summary>Reads them, each line once.</summary>
    /// <param name="directory">Where the compiler ran, relative to the project.</param>
    public static IEnumerable<TestResult> Read(string output, string directory) => Error().Matches(output).DistinctBy(line => line.Value).Take(Most).Select(line =>
    {
        var file = line.Groups["absolute"].Success ? line.Groups["file"].Value : ProjectTree.In(directory, line.Groups["file"].Value);
        var code = line.Groups["code"].Success ? line.Groups["code"].Value : "CompilerError";
        return new TestResult(file, file, TestOutcome.Failed, code, line.Groups["message"].Value.Trim(), line.Value.Trim(), null);
    });

    // /project/app/Program.cs(1,30): error CS1525: Invalid expression term ')' [/project/app/app.csproj]
    // src/A.java:3: error: ';' expected
    // vet: ./main.go:5:2: undefined: x
    [GeneratedRegex(
        "^(vet: )?((?<absolute>/project/)|\\./)?(?<file>[^\\s(:]+)(\\(\\d+(,\\d+)*\\): error (?<code>[A-Z]+\\d+): |:\\d+(:\\d+)?: (error: )?)(?<message>[^\\[\\n]+)",
        RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Error();
}
