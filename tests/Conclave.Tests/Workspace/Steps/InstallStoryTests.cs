using System.Text.Json.Nodes;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Steps;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Steps;

/// <summary>How sessions go whose projects declare packages: <c>install: ask | never | allow</c>.</summary>
public sealed class InstallStoryTests : IDisposable
{
    private const string Manifest = """{ "dependencies": { "left": "^1.0.0" } }""";

    private readonly FakeSandbox sandbox = new();
    private readonly FakeSandbox host = new() { Confines = false };

    public void Dispose()
    {
        sandbox.Dispose();
        host.Dispose();
    }

    [Fact]
    public async Task A_human_is_asked_once_with_the_packages_and_the_answer_counts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var session = Session("""
              before: { needs: write, uses: baseline }
              after: { needs: before, uses: baseline, with: { install: ask } }
            """);

        var waiting = await session.CreateAndRun();
        var gate = Assert.Single(waiting.OpenGates);
        Assert.Equal((SessionStatus.Waiting, "allow never", "never"), (waiting.Status, string.Join(' ', gate.Asked.Options), gate.Asked.Default));
        Assert.EndsWith("node, package.json: left ^1.0.0", gate.Asked.Question.Text, StringComparison.Ordinal);
        Assert.Empty(sandbox.Commands);

        await session.Send(new SignalBody.Approve(null, "allow", null));
        var done = await session.Run("second");

        Assert.Equal(SessionStatus.Succeeded, done.Status);
        Assert.Equal(2, sandbox.Commands.Count(command => command.Network));
        Assert.Single(done.Gates);
        Assert.All(sandbox.Commands.Where(command => !command.Network), command => Assert.Equal("/project/node_modules", Assert.Single(command.Layers).At));
    }

    [Fact]
    public async Task A_refusal_is_the_reason_that_the_project_is_not_verified()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var session = Session("  before: { needs: write, uses: baseline }");
        await session.CreateAndRun();
        await session.Send(new SignalBody.Approve(null, "never", null));

        var done = await session.Run("second");

        Assert.DoesNotContain(sandbox.Commands, command => command.Network);
        Assert.Contains(": the user did not allow downloads", TestSession.Output(done, "before"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null, true, false, "since nobody was there to be asked")]
    [InlineData(", with: { install: allow }", null, true, false, "since nobody was there to be asked")]
    [InlineData(", with: { install: never }", InstallPolicy.Allow, false, false, "downloads are not allowed")]
    [InlineData(", with: { install: allow }", InstallPolicy.Never, false, false, "downloads are not allowed")]
    [InlineData("", InstallPolicy.Allow, true, true, "")]
    [InlineData(", with: { install: allow }", null, false, true, "")]
    public async Task Settings_decide_without_a_question(string with, InstallPolicy? machine, bool unattended, bool fetches, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var done = await Session($"  before: {{ needs: write, uses: baseline{with} }}", machine, unattended).CreateAndRun();

        Assert.Equal((SessionStatus.Succeeded, 0, fetches), (done.Status, done.Gates.Count, sandbox.Commands.Any(command => command.Network)));
        Assert.Contains(reason, TestSession.Output(done, "before")?.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_without_packages_asks_nobody()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var done = await Session("  before: { needs: write, uses: baseline }", files: "{}").CreateAndRun();

        Assert.Equal((SessionStatus.Succeeded, 0), (done.Status, done.Gates.Count));
    }

    [Fact]
    public async Task A_session_that_trusts_runs_without_the_sandbox_and_is_never_verified()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var session = Session("  before: { needs: write, uses: baseline }", files: "{}", trust: true);

        var done = await session.CreateAndRun();

        Assert.Empty(sandbox.Commands);
        Assert.NotEmpty(host.Commands);
        Assert.True(done.Created.Settings.Trust);
        Assert.Contains("it ran without a sandbox (--trust), which proves nothing", TestSession.Output(done, "before"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_install_setting_that_does_not_exist_is_refused_before_anything_runs()
    {
        var planned = WorkflowPlanner.Plan(TestSession.Yaml("  a: { uses: baseline, with: { install: sometimes } }"), "test.yaml", TestSession.Catalog(Step(null)));

        var problem = Assert.Single(planned.Problems);
        Assert.Equal(("CONC602", "`install` of phase `a` can't be `sometimes`", "write one of: ask, never, allow"), (problem.Code, problem.Message, problem.Fix));
    }

    private TestSession Session(string phases, InstallPolicy? machine = null, bool unattended = false, string files = Manifest, bool trust = false) =>
        new(TestSession.Yaml($"  write: {{ uses: files }}\n{phases}"))
        {
            Gateway = new FakeGateway(_ => ""),
            Unattended = unattended,
            Trust = trust,
            MoreSteps = [new FilesStep(("package.json", files), ("a.js", "")), Step(machine)],
        };

    private BaselineStep Step(InstallPolicy? machine) => new(new ProjectCheck(
        new ProjectVerifier(sandbox, PackageSources.Default, TimeProvider.System),
        new ProjectVerifier(host, PackageSources.Default, TimeProvider.System),
        machine,
        _ => Path.Combine(Path.GetTempPath(), $"conclave-test-{Guid.NewGuid():N}")));

    /// <summary>Writes files.</summary>
    private sealed class FilesStep(params (string Path, string Text)[] files) : IStep
    {
        public StepKind Kind { get; } = new("files") { Output = new OutputSchema("none", "{}") };

        public Task<StepResult> Run(StepContext context, CancellationToken cancel) => Task.FromResult<StepResult>(new StepResult.Succeeded(new JsonObject())
        {
            Files = [.. files.Select(file => Blob.Of(file.Text) is var blob ? new WrittenFile(new FileChange(file.Path, blob.Id, null, null, []), blob) : null!)],
        });
    }
}
