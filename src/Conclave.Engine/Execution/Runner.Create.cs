using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public sealed partial class Runner
{
    /// <summary>Writes a session's first entry, and at once with it the phases that it keeps from another. Nothing runs yet.</summary>
    public async Task Create(SessionId id, EntryBody.SessionCreated created, CancellationToken cancel, params IReadOnlyList<KeptPhase> kept)
    {
        var entries = new List<PlacedBody> { Place.Session.Entry(created) };
        foreach (var phase in kept)
        {
            var files = new List<Blob>();
            foreach (var blob in phase.FileBlobs().Distinct())
            {
                files.Add(await journal.RequireBlob(blob, cancel));
            }

            foreach (var text in phase.Body.Texts())
            {
                await journal.Load(text, cancel);
            }

            entries.Add(new Place(phase.Phase, "").Entry(phase.Body, files));
        }

        using var session = await OwnedSession.Acquire(journal, feed, clock, Fold, id, owner, cancel);
        await session.Append(_ => entries);
    }
}
