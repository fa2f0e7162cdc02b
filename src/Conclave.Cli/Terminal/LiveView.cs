using Conclave.Engine.Observation;
using Spectre.Console;

namespace Conclave.Cli.Terminal;

/// <summary>The whole session on one screen that is redrawn while it goes on.</summary>
internal sealed class LiveView(IAnsiConsole console, TimeProvider clock) : ISessionView
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    public async Task Show(IAsyncEnumerable<FeedItem> items)
    {
        var screen = new LiveScreen(clock);
        // The live display starts one line above where the cursor is.
        console.WriteLine();
        using var done = new CancellationTokenSource();
        await console.Live(screen.Draw()).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            var drawing = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    context.UpdateTarget(screen.Draw());
                    await Task.Delay(Frame, clock, done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            });
            try
            {
                await foreach (var item in items)
                {
                    screen.Take(item);
                }
            }
            finally
            {
                await done.CancelAsync();
                await drawing;
                context.UpdateTarget(screen.Draw());
            }
        });
    }
}
