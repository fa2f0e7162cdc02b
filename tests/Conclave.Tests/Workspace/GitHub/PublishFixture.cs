using System.Text.Json.Nodes;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.GitHub;
using Conclave.Workspace.Steps;

namespace Conclave.Tests.Workspace.GitHub;

/// <summary>Sessions that make a project at once and publish it to a GitHub on this machine.</summary>
public abstract class PublishFixture : IAsyncLifetime
{
    protected const string Repository = "octo/links";

    protected TempFolder Temp { get; } = new();

    protected LoopbackGitHub Hub { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Hub = await LoopbackGitHub.Start();

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Temp.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string WorkDirectory(SessionId session) => Temp[$"work/{session}"];

    /// <summary>A session whose publishing phase has this <c>with</c>.</summary>
    internal TestSession Session(
        string with = "", string make = "", string repository = Repository, string? token = LoopbackGitHub.Token, IJournal? journal = null, IModelGateway? gateway = null, Action<string>? at = null, bool unattended = true, string? simulated = null, string more = "") =>
        new(TestSession.Yaml($$"""
              build: { uses: make{{make}} }
              publish: { needs: build, uses: publish, with: { repository: "{{repository}}"{{(with.Length == 0 ? "" : $", {with}")}} } }
            {{more}}
            """))
        {
            Gateway = gateway ?? new FakeGateway(_ => "nobody is asked"),
            Journal = journal ?? new InMemoryJournal(),
            Unattended = unattended,
            Simulated = simulated,
            OutputDirectory = Temp["projects/links"],
            Delivery = new ProjectDelivery(WorkDirectory, _ => { }),
            MoreSteps = [new MakeStep(), new PublishStep(Settings(token), WorkDirectory, at ?? (_ => { }))],
        };

    internal GitHubSettings Settings(string? token = LoopbackGitHub.Token) =>
        new(Hub.ApiUrl) { AllowInsecureLoopback = true, Token = token is null ? null : new AccessToken(token), Version = "0.1" };

    protected static JsonNode Output(SessionState state) => JsonNode.Parse(TestSession.Output(state, "publish")!)!;
}
