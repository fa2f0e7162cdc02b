using Conclave.Engine.Observation;

namespace Conclave.Cli.Terminal;

/// <summary>One way to show a session while it goes on.</summary>
internal interface ISessionView
{
    /// <summary>Shows everything until the items end.</summary>
    Task Show(IAsyncEnumerable<FeedItem> items);
}
