using System.Text.RegularExpressions;

namespace Conclave.Workspace.Verification;

/// <summary>The errors that our parser of scripts prints, so that a failed build names its files.</summary>
internal static partial class ScriptErrors
{
    /// <summary>Reads them.</summary>
    public static IEnumerable<TestResult> Read(string output)
    {
        var place = Match.Empty;
        foreach (var line in output.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (Place().Match(line) is { Success: true } found)
            {
                place = found;
            }
            else if (line.StartsWith("SyntaxError: ", StringComparison.Ordinal) && place.Success)
            {
                var file = place.Groups["file"].Value;
                yield return new TestResult(file, file, TestOutcome.Failed, "SyntaxError", line["SyntaxError: ".Length..], $"{place.Value.Replace("/conclave/", "", StringComparison.Ordinal)}\n{line}", null);
                place = Match.Empty;
            }
        }
    }

    // app.js:3, web/app.js, /conclave/index.html.line-12.js:14 (a script in a page, with the lines of the page)
    [GeneratedRegex("^(/conclave/)?(?<file>[^\\s:]+?\\.(html?(?=\\.line-)|[cm]?js))(\\.line-\\d+\\.m?js)?(:\\d+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
