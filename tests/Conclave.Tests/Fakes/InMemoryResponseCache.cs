using System.Collections.Concurrent;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Fakes;

/// <summary>A response cache in memory: the twin of the durable one.</summary>
public sealed class InMemoryResponseCache : IResponseCache
{
    public ConcurrentDictionary<string, CachedAnswer> Answers { get; } = new(StringComparer.Ordinal);

    public Task<CachedAnswer?> Find(string key, CancellationToken cancel) => Task.FromResult(Answers.GetValueOrDefault(key));

    public Task Store(CachedAnswer answer, CancellationToken cancel)
    {
        Answers.TryAdd(answer.Key, answer);
        return Task.CompletedTask;
    }
}
