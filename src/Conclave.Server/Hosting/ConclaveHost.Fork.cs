using System.Collections.Immutable;
using System.Security.Cryptography;
using Conclave.Engine.Definition;
using Conclave.Engine.Journal;

namespace Conclave.Server.Hosting;

public sealed partial class ConclaveHost
{
    /// <summary>
    /// Makes a new session that keeps of another everything before a phase, and pays only from there on. Nothing runs yet.
    /// </summary>
    /// <exception cref="JournalDamagedException">The other session's record can't be trusted.</exception>
    public async Task<Refusable<ForkedSession>> Fork(SessionId origin, ForkWish wish, string version, CancellationToken cancel)
    {
        if (GitTool.Missing() is { } noGit)
        {
            return noGit;
        }

        var (start, refusal) = await ForkStart.Check(Journal, origin, wish, Workflows.Catalog, vendors.Profile, Available, version, cancel);
        if (start is null)
        {
            return refusal!;
        }

        var id = SessionId.New(clock.GetUtcNow(), RandomNumberGenerator.GetBytes(6));
        await runner.Create(id, start.Created, cancel, start.Kept);
        var settings = start.Created.Settings;
        return new ForkedSession(
            new CreatedSession(id, start.Created.Agents, settings.BudgetUsd, null, settings.OutputDirectory), [.. start.Kept.Select(phase => phase.Phase)], start.KeptUsd);
    }

    private ImmutableHashSet<string> Available(string? scenario) => scenario is null ? vendors.Keys.Providers : [.. HostEnvironment.KeyVariables.Keys];
}

/// <summary>A session that branched off.</summary>
/// <param name="Kept">The phases that it keeps, in the order in which they ended.</param>
/// <param name="KeptUsd">What they cost where they ran.</param>
public sealed record ForkedSession(CreatedSession Session, ImmutableArray<PhaseId> Kept, decimal KeptUsd);
