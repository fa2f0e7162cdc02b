using System.Globalization;
using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>Packages are fetched in a step of their own, with the real package managers, from a registry of ours.</summary>
public sealed class InstallationTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>, IDisposable
{
    private static readonly Downloads Allowed = new Downloads.Allowed();
    private readonly FakeRegistry registry = new();

    public void Dispose() => registry.Dispose();

    [Fact]
    public async Task A_node_project_is_tested_with_the_packages_that_it_declares()
    {
        Needs.Program("npm");
        registry.AddNpm("left", "module.exports = 42;");

        var report = await Verify(Allowed, NodeProject("left"));

        Assert.Equal((VerificationOutcome.Verified, 1, ""), (report.Outcome, report.Tests.Passed, FailureExcerpt.Of(report, 2000)));
        var install = report.Commands[0];
        Assert.Equal((CheckPurpose.Install, "npm"), (install.Purpose, install.Argv[0]));
        Assert.Contains("/left/-/left-1.0.0.tgz", registry.Asked);
    }

    [Fact]
    public async Task Only_the_installation_has_the_network()
    {
        Needs.Program("npm");
        registry.AddNpm("left", "module.exports = 42;");
        var port = registry.Port.ToString(CultureInfo.InvariantCulture);

        var report = await Verify(Allowed, [.. NodeProject("left"), ("b.test.js", $$"""
            import test from 'node:test';
            import net from 'node:net';
            test('is alone', async () => {
              const error = await new Promise(resolve => net.connect({{port}}, '127.0.0.1', () => resolve(null)).on('error', resolve));
              if (!error) throw new Error('could reach the registry');
            });
            """)]);

        Assert.Equal((VerificationOutcome.Verified, 2), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task The_scripts_of_packages_and_of_the_project_are_not_run_with_the_network()
    {
        Needs.Program("npm");
        registry.AddNpm("left", "module.exports = require('fs').existsSync(__dirname + '/ran') ? 0 : 42;", """{"postinstall":"touch ran"}""");

        var report = await Verify(Allowed, NodeProject("left", """, "scripts": { "preinstall": "exit 7" }"""));

        Assert.Equal((VerificationOutcome.Verified, 1), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task Nothing_can_change_the_packages_and_tools_can_keep_caches_beside_them()
    {
        Needs.Program("npm");
        registry.AddNpm("left", "module.exports = 42;");

        var report = await Verify(Allowed, [.. NodeProject("left"), ("b.test.js", """
            import test from 'node:test';
            import fs from 'node:fs';
            test('packages stay', () => {
              fs.writeFileSync('node_modules/.cache/x', 'x');
              try { fs.writeFileSync('node_modules/left/index.js', ''); } catch { return; }
              throw new Error('could write');
            });
            """)]);

        Assert.Equal((VerificationOutcome.Verified, 2), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task A_package_that_no_registry_has_makes_the_project_red()
    {
        Needs.Program("npm");

        var report = await Verify(Allowed, NodeProject("made-up-package"));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Contains("package.json: UnknownPackage: 404 Not Found", report.Reason, StringComparison.Ordinal);
        Assert.Contains("made-up-package", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_can_not_be_reached_is_no_fault_of_the_project()
    {
        Needs.Program("npm");
        var sources = PackageSources.Default with { Replaced = PackageSources.Default.Replaced.SetItem("npm", "http://127.0.0.1:9/") };

        var report = await fixture.Verify(Allowed, sources, NodeProject("left"));

        Assert.Equal(VerificationOutcome.Unverified, report.Outcome);
        Assert.StartsWith("the packages of package.json could not be fetched: ", report.Reason, StringComparison.Ordinal);
        Assert.Contains("package_sources", report.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("git+https://example.com/x.git")]
    [InlineData("somebody/left")]
    [InlineData("http://127.0.0.1/left.tgz")]
    public async Task A_package_from_elsewhere_than_a_registry_is_not_fetched(string version)
    {
        var report = await Verify(Allowed, NodeProject("left", version: version));

        Assert.Equal((VerificationOutcome.Unverified, $"package.json asks for `left` from `{version}`: only packages from a registry are fetched"), (report.Outcome, report.Reason));
        Assert.Empty(registry.Asked);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_may_not_be_fetched_is_not_verified_and_says_why(Downloads refusal, string reason)
    {
        var report = await Verify(refusal, NodeProject("left"));

        Assert.Equal((VerificationOutcome.Unverified, $"the project needs `left`; dependencies can't be installed: {reason}"), (report.Outcome, report.Reason));
        Assert.NotNull(report.Fix);
        Assert.Empty(registry.Asked);
    }

    public static TheoryData<Downloads, string> Refusals => new()
    {
        { Downloads.Never, "downloads are not allowed" },
        { Downloads.Unattended, "downloads are not allowed, since nobody was there to be asked" },
        { Downloads.Refused, "the user did not allow downloads" },
    };

    [Fact]
    public async Task A_python_project_is_tested_with_the_packages_that_it_declares()
    {
        Needs.Program("pip3");
        registry.AddPython("rightpad", "rightpad.py", "def pad(text): return text + ' '\n");

        var report = await Verify(
            Allowed,
            ("requirements.txt", "# what it needs\nrightpad>=1.0  # padding\n-e .\n"),
            ("app.py", "import rightpad\nprint(rightpad.pad('a'))\n"),
            ("tests/acceptance/test_app.py", "import subprocess, sys, unittest\nclass T(unittest.TestCase):\n  def test_it(self): self.assertEqual(subprocess.run([sys.executable, 'app.py'], capture_output=True, text=True).stdout, 'a \\n')\n"),
            ("test_app.py", "import unittest, rightpad\nclass T(unittest.TestCase):\n  def test_it(self): self.assertEqual(rightpad.pad('a'), 'a ')\n"));

        Assert.Equal((VerificationOutcome.Verified, 2, ""), (report.Outcome, report.Tests.Passed, FailureExcerpt.Of(report, 2000)));
    }

    [Fact]
    public async Task A_python_package_that_no_index_has_makes_the_project_red()
    {
        Needs.Program("pip3");

        var report = await Verify(Allowed, ("requirements.txt", "made-up-package\n"), ("app.py", "print()\n"));

        Assert.Equal((VerificationOutcome.Red, "python: requirements.txt: UnknownPackage: No matching distribution found for made-up-package"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task A_declared_package_that_is_not_there_is_asked_for_with_its_file()
    {
        var declared = await fixture.Verifier().Declared(
            new Dictionary<string, string>
            {
                ["web/package.json"] = """{ "dependencies": { "left": "^1.0.0", "own": "file:../own" } }""",
                ["web/a.js"] = "",
                ["pyproject.toml"] = "[project]\nname = 'x'\ndependencies = [\n  'rightpad >= 1',\n]\n[tool.x]\ndependencies = ['no']\n",
                ["app.py"] = "",
                ["app/app.csproj"] = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="Odd" Version="1.2.3" /></ItemGroup></Project>""",
                ["app/Program.cs"] = "",
            },
            CancellationToken.None);

        Assert.Equal(
            ["python pyproject.toml rightpad >= 1", "node web/package.json left ^1.0.0", "dotnet app/app.csproj Odd 1.2.3"],
            declared.Select(part => $"{part.Stack} {part.Manifest} {string.Join(", ", part.Packages)}"));
    }

    private static (string Path, string Content)[] NodeProject(string dependency, string more = "", string version = "^1.0.0") =>
    [
        ("package.json", $$"""{ "type": "module", "dependencies": { "{{dependency}}": "{{version}}" }{{more}} }"""),
        ("a.test.js", $"import test from 'node:test';\nimport it from '{dependency}';\ntest('it', () => {{ if (it !== 42) throw new Error(String(it)); }});\n"),
    ];

    private Task<VerificationReport> Verify(Downloads downloads, params (string Path, string Content)[] files) => fixture.Verify(
        downloads,
        PackageSources.Default with { Replaced = PackageSources.Default.Replaced.SetItem("npm", registry.Address).SetItem("pypi", $"{registry.Address}simple/") },
        files);
}
