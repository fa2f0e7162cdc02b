using System.Collections.Immutable;
using System.Security.Cryptography;
using Conclave.Agents;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Engine.Planning;
using Conclave.Engine.Steps;
using Conclave.Server.Vendors;
using Conclave.Storage;
using Conclave.Storage.Sqlite;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.GitHub;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Steps;
using Conclave.Workspace.Verification;

namespace Conclave.Server.Hosting;

/// <summary>
/// The owner of a data directory, put together: journal, steps, models, sandbox, delivery, runner. There is one per process; closing it gives the
/// directory free.
/// </summary>
public sealed partial class ConclaveHost : IAsyncDisposable
{
    private const string Trust = "--trust: what is generated runs without a sandbox, as you, with your files and your network. The result will be unverified.";

    private readonly DataDirectory data;
    private readonly IDisposable held;
    private readonly SqliteJournal database;
    private readonly ISandbox sandbox;
    private readonly TrustedHost trusted;
    private readonly VendorAccess vendors;
    private readonly Lock opening = new();
    private Task<ModelGateway>? gateway;
    private readonly Failpoints failpoints;
    private readonly TimeProvider clock;
    private readonly Runner runner;
    private readonly Redactor redactor;

    private ConclaveHost(DataDirectory data, IDisposable held, VendorAccess vendors, HostEnvironment environment, TimeProvider clock)
    {
        this.data = data;
        this.held = held;
        this.clock = clock;
        failpoints = new Failpoints(environment.Failpoint);
        this.vendors = vendors;
        redactor = environment.Redactor;
        database = SqliteJournal.Open(data.JournalFile, clock);
        Journal = failpoints.IsSet ? new FailpointJournal(database, failpoints) : database;
        var options = new SandboxOptions(Path.Combine(data.Path, "sandbox")) { SearchPath = string.Join(Path.PathSeparator, HostEnvironment.SearchPath()) };
        sandbox = vendors.Settings.Container is { } container ? ContainerSandbox.Open(container, options, clock) : ProjectSandbox.Open(options, clock);
        trusted = new TrustedHost(options, clock);
        var sources = SourcesOf(vendors.Settings, environment);
        var check = new ProjectCheck(
            new ProjectVerifier(sandbox, sources, clock), new ProjectVerifier(trusted, sources, clock), vendors.Settings.Install, session => data.WorkDirectory(session.Value));
        ImmutableArray<IStep> steps =
        [
            new AskStep(), new PlanDiffStep(), new CouncilStep(), new ApprovalStep(), new BuildStep(), new ReviewStep(),
            new VerifyStep(check, failpoints.Reach), new FinalizeStep(),
            new RepositoryStep(session => data.WorkDirectory(session.Value)), new BaselineStep(check),
            new PublishStep(vendors.Settings.GitHub with { Token = environment.GitHubToken ?? vendors.Keys.GitHub?.Key.Into(text => new AccessToken(text)) }, session => data.WorkDirectory(session.Value), failpoints.Reach),
        ];
        Workflows = new WorkflowLibrary(StepKinds, vendors.Settings.ProviderNames);
        runner = new Runner(
            Journal,
            Feed,
            clock,
            steps.ToImmutableDictionary(step => step.Kind.Name),
            Workflows.Catalog,
            new SessionDelivery(new ProjectDelivery(session => data.WorkDirectory(session.Value), failpoints.Reach), new BranchDelivery(session => data.WorkDirectory(session.Value))),
            $"{Environment.MachineName}/{Environment.ProcessId}",
            database);
    }

    /// <summary>The sessions' records.</summary>
    public IJournal Journal { get; }

    /// <summary>The same, to take sessions out and to put them in.</summary>
    public ISessionArchive Archive => database;

    /// <summary>What happens, as it happens.</summary>
    public SessionFeed Feed { get; } = new();

    /// <summary>The workflows.</summary>
    public WorkflowLibrary Workflows { get; }

    /// <summary>Takes the data directory.</summary>
    public static Refusable<ConclaveHost> Open(HostEnvironment environment, TimeProvider clock)
    {
        var directory = DataDirectory.Open(environment.DataDirectory);
        var (vendors, invalid) = VendorAccess.Of(directory, environment, clock);
        if (vendors is null)
        {
            return invalid!;
        }

        if (directory.TryLock() is not { } lease)
        {
            return new Refusal(
                RefusalKind.Busy,
                $"CONC710 another conclave ({directory.Owner()?.ToString() ?? "unknown"}) is working in {directory.Path}",
                "wait for it, or use another directory with --data; `list`, `show` and `watch` work beside it");
        }

        try
        {
            return new ConclaveHost(directory, lease, vendors, environment, clock);
        }
        catch (NewerFormatException newer)
        {
            lease.Dispose();
            return new Refusal(RefusalKind.Invalid, newer.Message);
        }
    }

    /// <summary>Every kind of step that workflows may use.</summary>
    public static ImmutableArray<StepKind> StepKinds { get; } =
    [
        new AskStep().Kind, new PlanDiffStep().Kind, new CouncilStep().Kind, new ApprovalStep().Kind, new BuildStep().Kind, new ReviewStep().Kind, VerifyStep.Definition, new FinalizeStep().Kind, PublishStep.Definition, RepositoryStep.Definition, BaselineStep.Definition, SubWorkflow.Kind,
    ];

    /// <summary>What the user should know before a session starts, such as a missing sandbox.</summary>
    /// <param name="trust">Whether the session does without a sandbox.</param>
    public async Task<ImmutableArray<string>> Warnings(bool trust, CancellationToken cancel) => trust ? [Trust] : await sandbox.Check(cancel) switch
    {
        SandboxState.Unavailable missing => [$"no sandbox: {missing.Reason}. Nothing that is generated will run, and the result will be unverified. {missing.Fix}"],
        SandboxState.Broken broken => [$"the sandbox is not safe: {broken.Reason}. Nothing that is generated will run, and the result will be unverified."],
        _ => [],
    };

    /// <summary>Checks everything that can be checked before the first call, then writes the session's first entry.</summary>
    public async Task<Refusable<CreatedSession>> Create(NewSession wish, string version, CancellationToken cancel)
    {
        if (GitTool.Missing() is { } noGit)
        {
            return noGit;
        }

        var (start, refusal) = SessionStart.Check(wish, Workflows, vendors.Profile, Available(wish.Scenario));
        if (start is null)
        {
            return refusal!;
        }

        if (wish.Scenario is null && await vendors.Missing(start.Seats.Select(seat => seat.Agent.Provider)) is { } noKey)
        {
            return noKey;
        }

        if (redactor.Finds(wish.Description) || wish.Inputs.Values.Any(redactor.Finds))
        {
            return new Refusal(RefusalKind.Invalid, "CONC435 the description or an input holds one of this machine's keys; every model would read it, and the journal would keep it", "take it out; a project reads its keys from its environment");
        }

        var id = SessionId.New(clock.GetUtcNow(), RandomNumberGenerator.GetBytes(6));
        var created = start.Created(version);
        await runner.Create(id, created, cancel);
        var foreseen = WorkflowForecast.Of(
            start.Workflow,
            start.Seats.ToImmutableDictionary(seat => seat.Agent.Id, seat => seat.Agent),
            vendors.Profile,
            start.Inputs.ToDictionary(input => input.Key, input => input.Value, StringComparer.Ordinal));
        return new CreatedSession(id, start.Seats, created.Settings.BudgetUsd, foreseen.Total, created.Settings.OutputDirectory) { Branch = created.Settings.Base?.BranchOf(id) };
    }

    /// <summary>Runs a session to its end, a pause or a stop, or until it waits for people.</summary>
    /// <param name="budgetUsd">A new budget; null keeps the old one.</param>
    /// <param name="outputDirectory">Another place for the result, as <see cref="OutputDirectory.Take"/> gave it; null keeps the old one.</param>
    public async Task<SessionState> Run(SessionId id, decimal? budgetUsd, string? outputDirectory, WhenWaiting waiting, CancellationToken stop, CancellationToken now)
    {
        var summary = (await Journal.List(new SessionQuery(id.Value, 1), now)).Single();
        if (summary.Simulated is null)
        {
            return await runner.Run(id, Watched(await Gateway()), budgetUsd, outputDirectory, waiting, stop, now);
        }

        // The session bears the name of a scenario that was valid when it began.
        var scenario = SimulatedVendors.Find(summary.Simulated).Value ?? throw new InvalidOperationException($"CONC202 the scenario `{summary.Simulated}` of session {id} is not there any more.");
        await using var simulated = await SimulatedVendors.Start(scenario, id, Path.Combine(data.Path, "simulator"), vendors.Catalog, clock, now);
        return await runner.Run(id, Watched(simulated.Gateway), budgetUsd, outputDirectory, waiting, stop, now);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        if (gateway is not null)
        {
            await (await Gateway()).DisposeAsync();
        }

        (sandbox as IDisposable)?.Dispose();
        trusted.Dispose();
        held.Dispose();
    }

    // Started as root, the users of the runs can't enter the home of root.
    private static PackageSources SourcesOf(MachineSettings settings, HostEnvironment environment) => settings.PackageSources with
    {
        Proxies = environment.Proxies,
        NuGetFolder = settings.PackageSources.NuGetFolder ?? (Environment.IsPrivilegedProcess || !Directory.Exists(environment.NuGetFolder) ? null : environment.NuGetFolder),
    };

    // Only a session that asks the vendors themselves needs their keys, and a keyring may want to be unlocked for them.
    private Task<ModelGateway> Gateway()
    {
        lock (opening)
        {
            return gateway ??= vendors.Open();
        }
    }

    private IModelGateway Watched(IModelGateway inner)
    {
        var roomy = new RoomGateway(inner, () => JournalRoom.FreeBytes(data.Path));
        return failpoints.IsSet ? new FailpointGateway(roomy, failpoints) : roomy;
    }
}

/// <summary>A session that has its first entry.</summary>
/// <param name="OutputDirectory">Where the result goes, once links are resolved.</param>
/// <param name="Foreseen">What its questions can cost, as far as their number is known; null when that can't be bounded.</param>
public sealed record CreatedSession(SessionId Id, ImmutableArray<AgentSeat> Seats, decimal BudgetUsd, CostBound? Foreseen, string OutputDirectory)
{
    /// <summary>The branch of the repository there that gets the result; null for a project of its own.</summary>
    public string? Branch { get; init; }
}
