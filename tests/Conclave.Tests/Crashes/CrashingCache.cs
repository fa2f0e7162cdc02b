using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Crashes;

/// <summary>A process's door to the response cache, which outlives it.</summary>
internal sealed class CrashingCache(IResponseCache inner, Life life) : IResponseCache
{
    public async Task<CachedAnswer?> Find(string key, CancellationToken cancel)
    {
        await life.Pass("cache:find");
        return await inner.Find(key, cancel);
    }

    public async Task Store(CachedAnswer answer, CancellationToken cancel)
    {
        await life.Pass("cache:before");
        await inner.Store(answer, cancel);
        await life.Pass("cache:inside");
        await life.Pass("cache:after");
    }
}
