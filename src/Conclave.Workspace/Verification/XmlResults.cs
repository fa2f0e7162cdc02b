using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Conclave.Workspace.Verification;

/// <summary>The results of tests as runners leave them in XML: JUnit's form (surefire, Gradle) and Visual Studio's (trx). What was tested may have written them.</summary>
internal static class XmlResults
{
    private const int MaxDetails = 8000;

    /// <summary>All results of some files; those that are no such XML give nothing.</summary>
    public static ImmutableArray<TestResult> Read(ImmutableArray<string> texts) => [.. texts.SelectMany(Read)];

    private static IEnumerable<TestResult> Read(string text)
    {
        var root = Parse(text)?.Root;
        return root?.Name.LocalName switch
        {
            "testsuite" or "testsuites" => root.DescendantsAndSelf().Where(element => element.Name.LocalName == "testcase").Select(OfJUnit),
            "TestRun" => root.Descendants().Where(element => element.Name.LocalName == "UnitTestResult").Select(OfTrx),
            _ => [],
        };
    }

    // <testcase classname="a.LinksTest" name="hits"><failure type="org...AssertionFailedError" message="expected: 1">stack</failure></testcase>
    private static TestResult OfJUnit(XElement test)
    {
        var name = $"{(string?)test.Attribute("classname")}.{(string?)test.Attribute("name")}".TrimStart('.');
        var wrong = Child(test, "failure") ?? Child(test, "error");
        return wrong is not null
            ? new TestResult(name, null, TestOutcome.Failed, (string?)wrong.Attribute("type") ?? "Failed", FirstLine((string?)wrong.Attribute("message")), Cut(wrong.Value), null)
            : new TestResult(name, null, Child(test, "skipped") is null ? TestOutcome.Passed : TestOutcome.Skipped, "", "", "", null);
    }

    // <UnitTestResult testName="A.B" outcome="Failed"><Output><ErrorInfo><Message>...</Message><StackTrace>...
    private static TestResult OfTrx(XElement test)
    {
        var outcome = (string?)test.Attribute("outcome") switch { "Passed" => TestOutcome.Passed, "NotExecuted" or "Pending" or "Inconclusive" => TestOutcome.Skipped, _ => TestOutcome.Failed };
        var message = test.Descendants().FirstOrDefault(element => element.Name.LocalName == "Message")?.Value;
        var stack = test.Descendants().FirstOrDefault(element => element.Name.LocalName == "StackTrace")?.Value;
        return outcome == TestOutcome.Failed
            ? new TestResult((string?)test.Attribute("testName") ?? "", null, outcome, "Failed", FirstLine(message), Cut($"{message}\n{stack}"), null)
            : new TestResult((string?)test.Attribute("testName") ?? "", null, outcome, "", "", "", null);
    }

    private static XDocument? Parse(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XElement? Child(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name);

    private static string FirstLine(string? text) => text?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";

    private static string Cut(string text) => text.Length <= MaxDetails ? text : text[..MaxDetails];
}
