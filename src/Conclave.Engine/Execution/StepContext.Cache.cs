using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>Answers an attempt from the cache if it can: its two entries come at once, cost nothing and say so. Nothing is sent or reserved.</summary>
    private async Task<bool> AnsweredFromCache(CallPlan plan, CallAction.Send send, int number, CancellationToken cancel)
    {
        if (cache is null || Phase.Cache == CacheMode.Off)
        {
            return false;
        }

        var hash = ModelRequest.Hash(send.Request.ToJson());
        if (await cache.Find(CacheKey(hash), cancel) is not { } hit || plan.Check(hit.Text) is not null)
        {
            return false;
        }

        await session.Append(
            place,
            Intent(plan.Key, send, number, 0m),
            new EntryBody.AttemptEnded(
                plan.Key,
                number,
                new CallOutcome.Answered(StoredText.From(hit.Text), null, hit.ResponseModel),
                0m,
                0,
                new CacheHit(hit.Time, hit.CostUsd, hit.Usage)));
        return true;
    }

    /// <summary>Keeps an answer that was read well and came whole in one piece; put together from parts or taken from the cache it is not kept.</summary>
    private async Task Remember(AttemptState last, string text, CancellationToken cancel)
    {
        if (cache is not null && Phase.Cache == CacheMode.ReadWrite && last is { Cached: null, Outcome: CallOutcome.Answered answered } && answered.Answer.Text == text)
        {
            await cache.Store(new CachedAnswer(CacheKey(last.Intent.RequestHash), text, answered.Usage, answered.ResponseModel, last.CostUsd, last.EndedAt), cancel);
        }
    }

    // Played answers must never pass for a model's, nor those of one scenario for another's.
    private string CacheKey(string requestHash) => State.Created.Settings.Simulated is { } scenario
        ? ModelRequest.Hash($"{scenario}\n{requestHash}")
        : requestHash;
}
