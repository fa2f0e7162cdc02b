using System.Diagnostics;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.Steps;

/// <summary>What is added to a finished project is true of it: its commands are run here, its commits are looked up.</summary>
public sealed class FinalizedProjectTests : IDisposable
{
    private const string PythonTest = "import unittest\nfrom app.core import double\n\n\nclass T(unittest.TestCase):\n    def test_double(self):\n        self.assertEqual(4, double(2))\n";
    private const string NodeTest = "const test = require('node:test');\nconst assert = require('node:assert');\nconst { double } = require('../lib.js');\ntest('doubles', () => assert.strictEqual(double(2), 4));\n";

    private static readonly (string Path, string Text)[] Python =
    [
        ("app/__init__.py", ""), ("app/core.py", "def double(x):\n    return 2 * x\n"), ("app/__main__.py", "from app.core import double\n\nprint('ready', double(21))\n"),
        ("tests/acceptance/test_core.py", PythonTest), ("app/tests/__init__.py", ""), ("app/tests/test_own.py", PythonTest.Replace("from app.core", "from ..core", StringComparison.Ordinal)),
    ];

    private static readonly (string Path, string Text)[] Node =
        [("lib.js", "exports.double = (x) => 2 * x;\n"), ("tests/acceptance/lib.test.js", NodeTest.Replace("../lib.js", "../../lib.js", StringComparison.Ordinal)), ("server.js", "require('node:http').createServer().listen(0, () => { console.log('ready'); process.exit(0); });\n")];

    private readonly TempFolder temp = new();

    public static TheoryData<string, string> Stacks => new() { { "python", "python3 -m app" }, { "node", "npm start" } };

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task The_commands_in_its_files_work(string stack, string start)
    {
        Assert.SkipUnless(await IsThere(stack == "python" ? "python3" : "npm"), $"{stack} is not installed");
        await Finalized(stack == "python" ? Python : Node);

        var readme = await File.ReadAllTextAsync(Project("README.md"));
        var commands = readme.Split("## Test it\n")[1].Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim()).ToList();
        Assert.NotEmpty(commands);
        foreach (var command in commands.Append(start))
        {
            var (code, said) = await Shell(command);
            Assert.True(code == 0, $"{command}: {said}");
            Assert.Matches(command == start ? "ready" : "Ran [1-9]|# pass [1-9]|pass [1-9]", said);
        }

        Assert.Equal(stack == "python" ? """CMD ["python3","-m","app"]""" : """CMD ["node","server.js"]""", (await File.ReadAllTextAsync(Project("Dockerfile"))).Split('\n').Last(line => line.Length > 0));
        // What acts by being pushed waits for a person, with the very commands that were run here.
        Assert.False(Directory.Exists(Project(".github")));
        var workflow = await File.ReadAllTextAsync(Project(".conclave/held-back/.github/workflows/tests.yml.txt"));
        Assert.All(commands, command => Assert.Contains($"- run: \"{command}\"\n", workflow, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_requirement_names_the_commits_that_brought_it()
    {
        await Finalized(Python);

        var log = (await UserGit.Run(temp["projects/doubler"], null, "log", "--format=%H %s")).Split('\n');
        var build = log.Single(line => line.Contains(" build", StringComparison.Ordinal))[..10];
        Assert.Contains($"| {build} build |", await File.ReadAllTextAsync(Project("docs/traceability.md")), StringComparison.Ordinal);
        Assert.Contains("## `GET /double`", await File.ReadAllTextAsync(Project("docs/api.md")), StringComparison.Ordinal);
        Assert.Contains("| core | doubles | backend | R1 |", await File.ReadAllTextAsync(Project("docs/architecture.md")), StringComparison.Ordinal);
        var compose = await File.ReadAllTextAsync(Project("compose.yaml"));
        Assert.Contains("- \"127.0.0.1:8000:8000\"", compose, StringComparison.Ordinal);
        Assert.Contains("SECRET: ${SECRET:-}", compose, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_agent_wrote_itself_stays_as_it_is()
    {
        await Finalized([.. Node, ("package.json", "{ \"scripts\": { \"test\": \"node --test tests\" } }\n"), ("dockerfile", "FROM scratch\n"), ("README.md", "# Mine\n")]);

        Assert.Equal("# Mine\n", await File.ReadAllTextAsync(Project("README.md")));
        Assert.StartsWith("{ \"scripts\"", await File.ReadAllTextAsync(Project("package.json")), StringComparison.Ordinal);
        Assert.False(File.Exists(Project("Dockerfile")));
    }

    [Fact]
    public void Where_two_things_could_be_the_program_none_is_named() =>
        Assert.Null(ProjectCommands.Of(new Dictionary<string, string> { ["a/__main__.py"] = "", ["b/__main__.py"] = "" }).Run);

    private async Task Finalized((string Path, string Text)[] files)
    {
        var contract = new Contract(
            "Doubler", "Doubles numbers.", "Start it.", [], [new Component("core", "doubles", "backend", ["R1"])], [new Endpoint("GET", "/double", EndpointSide.Serves, [], [], 200, "none", ["R1"])], [],
            [.. files.Where(file => !FileOwnership.IsAcceptance(file.Path)).Select(file => new PlannedFile(file.Path, "backend", "", ["R1"]))], [],
            [new Setting("PORT", "8000", SettingKind.Port, "backend", "", []), new Setting("SECRET", "", SettingKind.Variable, "backend", "", [])], [], [new AcceptanceTest("A1", "doubles", "", ["R1"])], []);
        var gateway = new FakeGateway(request => request.ToJson() switch
        {
            var text when text.Contains("want", StringComparison.Ordinal) => JsonSerializer.Serialize(new Requirements("Doubler", "", [new Requirement("R1", "double", [])], [], []), EngineJson.Options),
            var text when text.Contains("decide", StringComparison.Ordinal) => JsonSerializer.Serialize(contract, EngineJson.Options),
            var text => string.Concat(files.Where(file => FileOwnership.IsAcceptance(file.Path) == text.Contains(">acceptance ", StringComparison.Ordinal)).Select(file => $"<file path=\"{file.Path}\">\n{file.Text}</file>\n")),
        });
        var state = await new TestSession(TestSession.Yaml("""
              requirements: { agent: pm, prompt: "<task name=\"requirements\">want</task>", output: requirements }
              contract: { needs: requirements, agent: pm, prompt: "<task name=\"contract\">decide</task>", output: contract }
              tests: { needs: contract, agent: pm, uses: build, with: { part: acceptance } }
              build: { needs: contract, agent: backend, uses: build, with: { part: backend } }
              finalize: { needs: [tests, build], uses: finalize }
            """))
        {
            Gateway = gateway,
            MoreSteps = [new BuildStep(), new FinalizeStep()],
            OutputDirectory = temp["projects/doubler"],
            Delivery = new ProjectDelivery(session => temp[$"work/{session}"], _ => { }),
        }.CreateAndRun();
        Assert.True(state.Status == SessionStatus.Succeeded, state.Reason?.ToString());
    }

    private string Project(string path) => temp[$"projects/doubler/{path}"];

    private static async Task<bool> IsThere(string program)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"command -v {program}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private async Task<(int Code, string Said)> Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{command} 2>&1"]) { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = temp["projects/doubler"] })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}
