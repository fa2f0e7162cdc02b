using Conclave.Engine.Execution;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>What counts for the <c>timeout</c> of a phase, and what does not.</summary>
public sealed class StepTimeTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly StepTime time;

    public StepTimeTests()
    {
        time = new StepTime(TimeSpan.FromMinutes(10), clock);
        time.Start();
    }

    public void Dispose() => time.Dispose();

    private bool IsOverAfter(int minutes)
    {
        clock.Advance(TimeSpan.FromMinutes(minutes));
        return time.Over.IsCancellationRequested;
    }

    [Fact]
    public void Time_runs_with_no_door_open_and_with_one_at_work()
    {
        Assert.False(IsOverAfter(4));
        using var door = time.Door();
        Assert.False(IsOverAfter(5));
        Assert.True(IsOverAfter(1));
    }

    [Fact]
    public void Time_stands_still_while_the_only_door_waits_and_goes_on_with_what_was_left()
    {
        using var door = time.Door();
        Assert.False(IsOverAfter(4));
        for (var again = 0; again < 3; again++)
        {
            using (time.Wait())
            {
                Assert.False(IsOverAfter(60));
            }

            Assert.False(IsOverAfter(1));
        }

        Assert.False(IsOverAfter(2));
        Assert.True(IsOverAfter(1));
    }

    [Fact]
    public void Time_runs_while_one_of_several_doors_is_at_work()
    {
        using var first = time.Door();
        var second = time.Door();
        using var wait = time.Wait();
        Assert.False(IsOverAfter(6));
        using (time.Wait())
        {
            Assert.False(IsOverAfter(60));
        }

        Assert.False(IsOverAfter(3));
        second.Dispose();
        Assert.False(IsOverAfter(60));
    }

    [Fact]
    public void Time_does_not_run_before_its_start_nor_after_its_end()
    {
        using var early = new StepTime(TimeSpan.FromMinutes(1), clock);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(early.Over.IsCancellationRequested);

        var door = time.Door();
        time.Dispose();
        door.Dispose();
        Assert.False(IsOverAfter(60));
    }
}
