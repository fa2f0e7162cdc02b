using System.Runtime.Versioning;
using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

[SupportedOSPlatform("linux")]
public sealed class CompiledProjectTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Project = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""";

    [Theory]
    [InlineData("System.Console.WriteLine(2 * 2);", VerificationOutcome.Verified, "1 tests passed, 1 of them acceptance tests")]
    [InlineData("System.Console.WriteLine(2 * );", VerificationOutcome.Red, "dotnet: app/Program.cs: CS1525: ")]
    public async Task A_dotnet_program_without_packages_is_built_offline(string program, VerificationOutcome outcome, string reason)
    {
        Needs.Program("dotnet");

        var report = await fixture.Verify(
            ("app/app.csproj", Project),
            ("app/Program.cs", program),
            ("tests/acceptance/test_app.py", "import os, unittest\nclass T(unittest.TestCase):\n  def test_it(self): self.assertTrue(os.path.exists('app/Program.cs'))\n"));

        Assert.Equal(outcome, report.Outcome);
        Assert.Contains(reason, report.Reason, StringComparison.Ordinal);
        Assert.Contains(report.Commands, command => command is { Stack: "dotnet", Purpose: CheckPurpose.Build });
    }

    [Theory]
    [InlineData("class A { }", true)]
    [InlineData("class A { int x = ; }", false)]
    public async Task Java_without_packages_is_compiled(string source, bool builds)
    {
        Needs.Program("javac");

        var report = await fixture.Verify(("src/A.java", source), ("test_a.py", "def test_a(): assert __file__\n"));

        Assert.Equal(builds ? VerificationOutcome.Verified : VerificationOutcome.Red, report.Outcome);
    }

    [Theory]
    [InlineData("app.csproj", """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="xunit" Version="2" /></ItemGroup></Project>""", "A.cs", "dotnet: app.csproj asks for packages")]
    [InlineData("app.csproj", """<Project Sdk="MSTest.Sdk/3.6.0"></Project>""", "A.cs", "dotnet: app.csproj asks for packages")]
    [InlineData("README.md", "", "A.cs", "dotnet: A.cs belongs to no project")]
    [InlineData("go.mod", "module x\n\nrequire example.com/y v1.0.0\n", "main.go", "go: go.mod asks for packages")]
    [InlineData("README.md", "", "main.go", "go: its Go has no go.mod")]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n\n[dependencies]\nserde = \"1\"\n", "src/main.rs", "rust: Cargo.toml asks for packages")]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n\n[dev-dependencies]\nserde = { version = \"1.0\" }\n", "src/main.rs", "rust: Cargo.toml asks for packages")]
    [InlineData("README.md", "", "src/main.rs", "rust: its Rust has no Cargo.toml")]
    [InlineData("pom.xml", "<project/>", "src/A.java", "java: pom.xml asks for packages")]
    public void What_needs_packages_or_has_no_project_is_a_gap(string file, string content, string source, string gap)
    {
        var plan = Plan(_ => true, (file, content), (source, ""));

        Assert.Empty(plan.Checks);
        Assert.StartsWith(gap, $"{plan.Gaps[0].Stack}: {plan.Gaps[0].Reason}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A.cs", "`dotnet` was not found below /usr", "dotnet-sdk")]
    [InlineData("a.go", "`go` was not found below /usr", "golang-go")]
    [InlineData("a.rs", "`cargo` was not found below /usr", "cargo")]
    [InlineData("A.java", "`javac` was not found below /usr", "default-jdk")]
    public void A_tool_that_is_not_installed_is_a_gap_that_says_what_to_install(string source, string reason, string fix)
    {
        var gap = Plan(_ => false, (source, "")).Gaps[0];

        Assert.Equal(reason, gap.Reason);
        Assert.Contains(fix, gap.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("go.mod", "module x\n", "a_test.go", "go vet ./...", "go test -json ./...")]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\nversion = \"0.1.0\"\n\n[dependencies]\nown = { path = \"own\" }\n", "src/lib.rs", "cargo build --offline --quiet", "cargo test --offline --quiet -- --format=pretty")]
    public void What_needs_no_package_is_built_and_tested_by_its_tool(string file, string content, string source, params string[] commands)
    {
        var plan = Plan(_ => true, (file, content), (source, ""));

        Assert.Empty(plan.Gaps);
        Assert.Equal(commands, plan.Checks.OfType<StackCheck.Command>().Select(command => string.Join(' ', command.Argv)));
    }

    [Theory]
    [InlineData("/project/app/Program.cs(1,30): error CS1525: Invalid expression term ')' [/project/app/app.csproj]", "app/Program.cs", "CS1525", "Invalid expression term ')'")]
    [InlineData("src/A.java:3: error: ';' expected", "part/src/A.java", "CompilerError", "';' expected")]
    [InlineData("vet: ./main.go:5:2: undefined: x", "part/main.go", "CompilerError", "undefined: x")]
    public void The_errors_of_compilers_name_their_files(string line, string file, string code, string message)
    {
        var error = Assert.Single(CompilerErrors.Read($"Build started\n{line}\n{line}\n", "part"));

        Assert.Equal((file, code, message), (error.File, error.Exception, error.Message));
    }

    [Fact]
    public void The_lines_of_go_test_are_counted()
    {
        var results = GoEvents.Read("""
            {"Action":"run","Package":"x","Test":"TestA"}
            {"Action":"output","Package":"x","Test":"TestA","Output":"--- FAIL: TestA\n"}
            {"Action":"fail","Package":"x","Test":"TestA","Elapsed":0}
            {"Action":"pass","Package":"x","Test":"TestB","Elapsed":0}
            {"Action":"skip","Package":"x","Test":"TestC","Elapsed":0}
            {"Action":"fail","Package":"x","Elapsed":0.1}
            # x
            {"not json
            """);

        Assert.Equal([("x.TestA", TestOutcome.Failed), ("x.TestB", TestOutcome.Passed), ("x.TestC", TestOutcome.Skipped)], results.Select(result => (result.Test, result.Outcome)));
    }

    [Fact]
    public void The_lines_of_cargo_test_are_counted()
    {
        var results = CargoLines.Read("""

            running 3 tests
            test tests::adds ... ok
            test tests::slow ... ignored, takes long
            test tests::panics - should panic ... FAILED

            test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
            """);

        Assert.Equal(
            [("tests::adds", TestOutcome.Passed), ("tests::slow", TestOutcome.Skipped), ("tests::panics", TestOutcome.Failed)], results.Select(result => (result.Test, result.Outcome)));
    }

    [Fact]
    public void A_report_that_the_tested_code_could_write_makes_red_and_never_verified()
    {
        var claimed = new CommandEvidence(
            "go", CheckPurpose.Test, ["go"], ".", SandboxOutcome.Passed, 0, null, 1, null, new TestCounts(3, 3, 0, 0), null, [], CapturedText.Empty, CapturedText.Empty)
        { IsForgeable = true };
        var proven = claimed with { Stack = "python", Tests = new TestCounts(1, 1, 0, 0), IsForgeable = false };

        var alone = new Findings([claimed], [], false).Judge(1);
        var together = new Findings([claimed, proven], [], false).Judge(1);

        Assert.Equal((VerificationOutcome.Unverified, "3 tests passed, as their tool reports; what they test could have written that report itself", 0), (alone.Outcome, alone.Reason, alone.Tests.Passed));
        Assert.Equal((VerificationOutcome.Verified, "1 tests passed; 3 more as their tool reports"), (together.Outcome, together.Reason));
        Assert.Equal(VerificationOutcome.Red, new Findings([claimed with { IsRed = true }, proven], [], false).Judge(1).Outcome);
    }

    private StackPlan Plan(Func<string, bool> isInstalled, params (string Path, string Content)[] files)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var tree = ProjectTree.Of(fixture.Project(files));
        IStack[] stacks = [new DotnetStack(isInstalled), new GoStack(isInstalled), new RustStack(isInstalled), new JavaStack(isInstalled)];
        return Assert.Single(stacks, stack => stack.Detect(tree)).Checks(tree, PackageSupply.None);
    }
}
