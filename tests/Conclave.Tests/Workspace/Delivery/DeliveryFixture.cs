using Conclave.Engine.Execution;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Conclave.Workspace.Delivery;

namespace Conclave.Tests.Workspace.Delivery;

/// <summary>A folder for projects, a work directory, and deliveries into them that may die at a point.</summary>
public abstract class DeliveryFixture : IDisposable
{
    /// <summary>The id of the story's delivery; the same on every machine, because the output directory is not part of it.</summary>
    protected const string ShortenerTip = "4c024410c05f5671c7114219847c449e3eb0b8e7";

    /// <summary>The id of the tag that its last commit bears.</summary>
    protected const string ShortenerTag = "fab3c5c047a0b8197f704ca92ae250c1826e7f1f";

    protected DeliveryFixture() => Directory.CreateDirectory(Temp["projects"]);

    protected TempFolder Temp { get; } = new();

    protected string Output => Temp["projects/links"];

    protected string Beside => $"{Output}-{StoryOfFiles.Id}";

    protected string Staging => Temp[$"projects/.links.conclave-{StoryOfFiles.Id}"];

    public void Dispose()
    {
        Temp.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A delivery that calls this at each point.</summary>
    internal ProjectDelivery Delivery(Action<string>? at = null) => new(session => Temp[$"work/{session}"], at ?? (_ => { }));

    /// <summary>What the session does after a crash: it looks first, and delivers only what is not there.</summary>
    internal async Task<DeliveryReceipt> Resume(DeliveryOrder order) => await Delivery().Probe(order, default) ?? await Delivery().Deliver(order, default);

    /// <summary>A process that dies at this point.</summary>
    internal static Action<string> KilledAt(string failpoint) => point =>
    {
        if (point == failpoint)
        {
            throw new ProcessKilledException(point);
        }
    };

    /// <summary>Everything in the folder for projects; folders called <c>.git</c> stand for themselves.</summary>
    internal string[] Projects() => [.. TempFolder.Listing(Temp["projects"])];

    internal sealed class ProcessKilledException(string point) : Exception(point);
}
