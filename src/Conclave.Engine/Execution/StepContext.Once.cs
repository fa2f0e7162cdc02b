using System.Text.Json;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>
    /// Makes an effect take place once. If the journal holds its result, that is the result. If it holds only its beginning (a process died in the
    /// middle), <paramref name="probe"/> looks whether it took place; only if not, it is done.
    /// </summary>
    /// <param name="name">Unique among the effects of the step.</param>
    /// <param name="probe">The effect's result if it took place, else null. An effect that may simply be repeated always says null.</param>
    /// <param name="act">Does it and gives its result, which must survive being written as JSON.</param>
    public async Task<T> Once<T>(string name, Func<CancellationToken, Task<T?>> probe, Func<CancellationToken, Task<T>> act, CancellationToken cancel) where T : class
    {
        ThrowIfStopping();
        using var door = time.Door();
        return await Effects.Once(session, place, Door(name), probe, act, cancel);
    }

    /// <summary>Makes a fact part of the record, unless it is there already.</summary>
    /// <param name="isKnown">Whether the state already holds it.</param>
    public Task Record(EntryBody fact, Func<SessionState, bool> isKnown) =>
        session.Append(state => isKnown(state!) ? [] : [place.Entry(fact)]);
}

/// <summary>The door for effects, for steps and for the session itself.</summary>
internal static class Effects
{
    public static async Task<T> Once<T>(
        OwnedSession session, Place place, DoorKey key, Func<CancellationToken, Task<T?>> probe, Func<CancellationToken, Task<T>> act, CancellationToken cancel) where T : class
    {
        var before = session.State.Effects.GetValueOrDefault(key);
        if (before?.Result is { } stored)
        {
            return JsonSerializer.Deserialize<T>(await session.Journal.Load(stored, cancel), EngineJson.Options)!;
        }

        if (before is null)
        {
            await session.Append(place, new EntryBody.EffectStarted(key));
        }

        var result = (before is null ? null : await probe(cancel)) ?? await act(cancel);
        await session.Append(place, new EntryBody.EffectDone(key, StoredText.From(JsonSerializer.Serialize(result, EngineJson.Options))));
        return result;
    }
}
