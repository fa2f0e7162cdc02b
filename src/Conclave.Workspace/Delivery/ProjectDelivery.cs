using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.Delivery;

/// <summary>
/// Delivers a session's files and history as one directory: the history is written to the session's git store, files and repository are made ready
/// beside the output directory, made durable, and moved into place in one step. A process may be killed anywhere; the next delivery gives the same.
/// </summary>
/// <param name="workDirectory">The directory for disposable files of a session; made when there is none.</param>
/// <param name="failpoint">Called with the name of each point where a test may kill the process (<see cref="Failpoints"/>).</param>
public sealed class ProjectDelivery(Func<SessionId, string> workDirectory, Action<string> failpoint) : IProjectDelivery
{
    /// <summary>The points in their order.</summary>
    public static ImmutableArray<string> Failpoints { get; } =
        ["deliver:objects", "deliver:ref", "deliver:files", "deliver:staged", "deliver:before-rename", "deliver:after-rename"];

    /// <inheritdoc />
    public async Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel)
    {
        var places = new DeliveryPlaces(order.State);
        if ((!DeliveryPlaces.MayHold(places.Wanted) && !DeliveryPlaces.MayHold(places.Beside)) || await DeliveryPlan.Of(order, cancel) is not { } plan)
        {
            return null;
        }

        return await Writing(order, places, async () => Delivered(plan, places, await WriteHistory(plan, cancel)));
    }

    /// <inheritdoc />
    /// <exception cref="StepSuspendedException">The output directory can't be written; once that is mended the session can go on.</exception>
    public async Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel)
    {
        if (await DeliveryPlan.Of(order, cancel) is not { } plan)
        {
            return new DeliveryReceipt(null, null, 0, [], []);
        }

        var places = new DeliveryPlaces(order.State);
        return await Writing(order, places, async () =>
        {
            MakeParent(places.Parent);
            var commit = await WriteHistory(plan, cancel);
            if (Delivered(plan, places, commit) is { } receipt)
            {
                return receipt;
            }

            await Stage(plan, places, commit, cancel);
            return Move(plan, places, commit);
        });
    }

    private ProjectHistory History(DeliveryPlan plan) => new(Path.Combine(workDirectory(plan.Order.State.Id), "git"));

    private async Task<string> WriteHistory(DeliveryPlan plan, CancellationToken cancel) =>
        (await History(plan).Write(plan.Commits, plan.Read, failpoint, cancel))!;

    private static DeliveryReceipt? Delivered(DeliveryPlan plan, DeliveryPlaces places, string commit) =>
        new[] { places.Wanted, places.Beside }.FirstOrDefault(place => DeliveryPlaces.Holds(place, commit)) is { } place ? Receipt(plan, places, place, commit) : null;

    private async Task Stage(DeliveryPlan plan, DeliveryPlaces places, string commit, CancellationToken cancel)
    {
        places.Clear();
        using (var tree = TreeLayout.Create(places.Staging))
        {
            foreach (var (path, blob) in plan.Tree)
            {
                tree.Add(path, (await plan.Read(blob, cancel)).Content.Span);
            }
        }

        failpoint("deliver:files");
        try
        {
            await DeliveredRepository.Make(History(plan), commit, plan.Tag, places.Staging, cancel);
        }
        catch (GitFailedException)
        {
            // The store may be damaged; from a fresh one it works, or the reason is elsewhere.
            History(plan).Discard();
            await WriteHistory(plan, cancel);
            Directory.Delete(Path.Combine(places.Staging, ".git"), recursive: true);
            await DeliveredRepository.Make(History(plan), commit, plan.Tag, places.Staging, cancel);
        }

        failpoint("deliver:staged");
        Durable.Flush(places.Staging);
        failpoint("deliver:before-rename");
    }

    private DeliveryReceipt Move(DeliveryPlan plan, DeliveryPlaces places, string commit)
    {
        foreach (var place in new[] { places.Wanted, places.Beside })
        {
            if (places.TryMove(place))
            {
                failpoint("deliver:after-rename");
                return Receipt(plan, places, place, commit);
            }
        }

        throw new IOException($"{places.Wanted} and {places.Beside} are both taken");
    }

    private static DeliveryReceipt Receipt(DeliveryPlan plan, DeliveryPlaces places, string place, string commit)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        if (place != places.Wanted)
        {
            notes.Add($"{places.Wanted} is not empty, so the project was delivered to {place}");
        }

        if (!plan.Files.HeldBack.IsEmpty)
        {
            notes.Add($"{plan.Files.HeldBack.Length} of the files are held back; {DeliveredFiles.Report} says why and how to accept them");
        }

        if (plan.Listed.Select(file => file.Path).ToList() is { Count: > 0 } listed)
        {
            notes.Add($"these files run code when a tool is used: {string.Join(", ", listed.Take(10))}{(listed.Count > 10 ? $" and {listed.Count - 10} more" : "")}");
        }

        return new DeliveryReceipt(place, commit, plan.Files.Kept.Count, [.. plan.Files.HeldBack.Select(file => file.Change.Path)], notes.ToImmutable())
        {
            HeldBackReasons = [.. plan.Files.HeldBack.Select(file => file.Reason)],
        };
    }

    private static void MakeParent(string parent)
    {
        if (parent.Length == 0)
        {
            throw new DirectoryNotFoundException("the root of the file system can't be a project");
        }

        Directory.CreateDirectory(parent);
    }

    // Whatever can't be written can be mended by the user: the session pauses and loses nothing.
    private async Task<T> Writing<T>(DeliveryOrder order, DeliveryPlaces places, Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (GitMissingException missing)
        {
            throw new StepSuspendedException(new StatusReason($"The project can't be delivered: {missing.Message}.", "CONC611", "install git, then resume the session"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or GitFailedException)
        {
            TryClear(places);
            throw new StepSuspendedException(new StatusReason($"The project can't be delivered to {places.Wanted}: {error.Message}", "CONC610", Fix(order, places)));
        }
    }

    private string Fix(DeliveryOrder order, DeliveryPlaces places) =>
        $"make sure that {places.Parent} and {workDirectory(order.State.Id)} can be written to and have room, then resume the session; or name another place: conclave resume {order.State.Id} --output DIR";

    private static void TryClear(DeliveryPlaces places)
    {
        try
        {
            places.Clear();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What can't be written can't always be cleared; the next delivery does it first.
        }
    }
}
