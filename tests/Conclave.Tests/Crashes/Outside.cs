using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Tests.Crashes;

/// <summary>The world outside of the journal: what was booked and delivered there stays, whatever becomes of our processes.</summary>
internal sealed class Outside
{
    /// <summary>Every booking that took place, in order.</summary>
    public List<string> Bookings { get; } = [];

    /// <summary>Every delivery that took place, in order.</summary>
    public List<string> Deliveries { get; } = [];

    /// <summary>Whether it denies what took place: a broken world.</summary>
    public bool Forgets { get; set; }

    public bool Knows(List<string> book, string what) => !Forgets && book.Contains(what, StringComparer.Ordinal);
}

/// <summary>A receipt of a booking.</summary>
internal sealed record Booking(string What);

/// <summary>
/// <c>uses: book</c>: two effects, one after the other, that must each take place once; <c>fails</c> says how many tries of the step fail after them, and
/// <c>file</c> names a file that it writes.
/// </summary>
internal sealed class BookStep(World world, Life life) : IStep
{
    public StepKind Kind { get; } = new("book")
    {
        With = ImmutableDictionary<string, bool>.Empty.Add("what", true).Add("fails", false).Add("file", false),
    };

    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var what = context.With("what")!.ToString();
        foreach (var effect in new[] { "ask", "confirm" })
        {
            var booking = $"{effect} {what} {(context.Round == 1 ? "" : $"{context.Round}.")}{context.Iteration}";
            await context.Once(effect, _ => Probe(booking), _ => Book(booking), cancel);
        }

        return context.Iteration <= int.Parse(context.With("fails")?.ToString() ?? "0")
            ? new StepResult.Failed("CONC999", "not yet", Retryable: true)
            : new StepResult.Succeeded(what) { Files = File(context.With("file")?.ToString()) };
    }

    private static ImmutableArray<WrittenFile> File(string? path)
    {
        if (path is null)
        {
            return [];
        }

        var content = Blob.Of($"# {path}\n");
        return [new WrittenFile(new FileChange(path, content.Id, new AgentId("pm"), "m1", []), content)];
    }

    private async Task<Booking?> Probe(string booking)
    {
        await life.Pass("effect:probe");
        return world.Outside.Knows(world.Outside.Bookings, booking) ? new Booking(booking) : null;
    }

    private async Task<Booking> Book(string booking)
    {
        await life.Pass("effect:before");
        world.Outside.Bookings.Add(booking);
        await life.Pass("effect:inside");
        await life.Pass("effect:after");
        return new Booking(booking);
    }
}

/// <summary>A process's door to the delivery: the real one in a folder, or a book of deliveries.</summary>
internal sealed class CrashingDelivery(World world, Life life, IProjectDelivery? real) : IProjectDelivery
{
    public async Task<DeliveryReceipt?> Probe(DeliveryOrder order, CancellationToken cancel)
    {
        await life.Pass("deliver:probe");
        return real is not null ? await real.Probe(order, cancel) : world.Outside.Knows(world.Outside.Deliveries, Result(order)) ? Receipt : null;
    }

    public async Task<DeliveryReceipt> Deliver(DeliveryOrder order, CancellationToken cancel)
    {
        await life.Pass("deliver:before");
        var receipt = real is null ? Receipt : await real.Deliver(order, cancel);
        if (real is null)
        {
            world.Outside.Deliveries.Add(Result(order));
        }

        await life.Pass("deliver:inside");
        await life.Pass("deliver:after");
        return receipt;
    }

    private static DeliveryReceipt Receipt { get; } = new(null, null, 0, [], []);

    private static string Result(DeliveryOrder order) => $"{order.Ending.Kind()}: {string.Join(' ', order.State.Files.Keys)}";
}
