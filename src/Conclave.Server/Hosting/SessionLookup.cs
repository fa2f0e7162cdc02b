using Conclave.Engine.Journal;

namespace Conclave.Server.Hosting;

/// <summary>Finds sessions by what users type.</summary>
public static class SessionLookup
{
    /// <summary>The one session whose id begins so.</summary>
    /// <param name="journal">Null when there is none yet.</param>
    public static async Task<Refusable<SessionSummary>> Find(IJournal? journal, string prefix, CancellationToken cancel)
    {
        var found = journal is null ? [] : await journal.List(new SessionQuery(prefix, 2), cancel);
        return found switch
        {
            [var one] => one,
            [] => new Refusal(RefusalKind.NotFound, $"CONC206 there is no session `{prefix}`", "`conclave list` shows all"),
            _ => found.FirstOrDefault(summary => summary.Id.Value == prefix) is { } exact
                ? exact
                : new Refusal(RefusalKind.NotFound, $"CONC206 more than one session begins with `{prefix}`", "give more of the id; `conclave list` shows all"),
        };
    }
}
