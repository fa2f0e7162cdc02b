using Conclave.Engine.Budget;

namespace Conclave.Engine.Execution.Calls;

/// <summary>Answers by the request that they answer, shared by all sessions. Whole, readable answers only. Thread-safe.</summary>
public interface IResponseCache
{
    /// <summary>The answer to this very request; null when there is none that can be trusted.</summary>
    /// <param name="key">The hash of the whole request, which names provider and model.</param>
    Task<CachedAnswer?> Find(string key, CancellationToken cancel);

    /// <summary>Keeps an answer; one that is there already stays.</summary>
    Task Store(CachedAnswer answer, CancellationToken cancel);
}

/// <summary>An answer that was given once.</summary>
/// <param name="Key">The hash of the whole request.</param>
/// <param name="CostUsd">What it cost.</param>
/// <param name="Time">When it was given.</param>
public sealed record CachedAnswer(string Key, string Text, Usage? Usage, string? ResponseModel, decimal CostUsd, DateTimeOffset Time);
