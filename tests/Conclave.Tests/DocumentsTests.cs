using System.Text.RegularExpressions;
using Conclave.Engine;
using Conclave.Engine.Definition;

namespace Conclave.Tests;

/// <summary>The documents say what the program does.</summary>
public sealed partial class DocumentsTests
{
    public static TheoryData<string> Pages => [.. Repository.Files(".", "*.md").Where(page => !page.StartsWith("workflows/", StringComparison.Ordinal) && !page.Contains("/url-shortener/", StringComparison.Ordinal))];

    [Fact]
    public void Every_error_number_of_the_program_has_its_row_and_every_row_its_error()
    {
        var used = Repository.Files("src", "*.cs").SelectMany(file => Number().Matches(Repository.Read(file))).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);
        var rows = Row().Matches(Repository.Read("docs/errors.md")).Select(match => match.Groups["it"].Value).ToList();

        Assert.Equal(rows.Distinct(), rows);
        Assert.Equal(used, rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_published_schema_of_workflow_files_is_the_one_that_the_program_prints() =>
        Assert.Equal(WorkflowSchema.Create().ToJsonString(EngineJson.Indented), Repository.Read("docs/workflow.schema.json").TrimEnd('\n'));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_between_pages_lead_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var broken = Link().Matches(Repository.Read(page)).Select(match => match.Groups["it"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])));

        Assert.Empty(broken);
    }

    [Fact]
    public void The_list_of_decisions_is_complete()
    {
        var listed = Link().Matches(Repository.Read("docs/decisions/README.md")).Select(match => match.Groups["it"].Value).Order(StringComparer.Ordinal);
        var there = Repository.Files("docs/decisions", "*.md").Select(Path.GetFileName).Where(name => name != "README.md").Order(StringComparer.Ordinal);

        Assert.Equal(there, listed);
    }

    [Fact]
    public void The_seven_files_to_read_first_exist_and_are_short()
    {
        var listed = SourceLink().Matches(Repository.Read("ARCHITECTURE.md")).Select(match => match.Groups["it"].Value).Take(7).ToList();

        Assert.Equal(7, listed.Count);
        var lines = listed.Sum(file => Repository.Read(file).Count(character => character == '\n'));
        Assert.True(lines <= 800, $"the seven files have {lines} lines");
    }

    [Fact]
    public void Every_failpoint_that_the_program_reaches_is_documented()
    {
        var page = Repository.Read("docs/failpoints.md");
        var reached = Repository.Files("src", "*.cs").SelectMany(file => Reach().Matches(Repository.Read(file))).Select(match => match.Groups["it"].Value).Distinct();

        Assert.NotEmpty(reached);
        Assert.All(reached, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [GeneratedRegex("CONC[0-9]{3}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"^\| (?<it>CONC[0-9]{3}) \|", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?<it>[^)\s]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\((?<it>src/[^)\s]+\.cs)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SourceLink();

    [GeneratedRegex("\"(?<it>(deliver|check|send):[a-z-]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Reach();
}
