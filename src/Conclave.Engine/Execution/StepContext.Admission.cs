using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;

namespace Conclave.Engine.Execution;

public sealed partial class StepContext
{
    /// <summary>Waits to be let in, and lets people see why. With a substitute at hand nobody waits for a model that is down.</summary>
    private async Task<Admission> Admitted(DoorKey key, CallAction.Send send, CancellationToken cancel)
    {
        var patience = send.HasSubstitute ? TimeSpan.Zero : CallPolicy.MaxWait;
        var terms = new AdmissionTerms(patience, wait => session.Feed.Publish(new FeedItem.Waiting(session.Id, Phase.Id, key, send.Agent.Id, wait)));
        Admission? admission = null;
        await ForOthers(async token => admission = await gateway.Admit(send.Request, terms, token), cancel);
        return admission!;
    }

    /// <summary>A call that was not let in is an attempt that cost nothing: what comes of it is decided from the journal, as after any other.</summary>
    private Task HoldBack(DoorKey key, CallAction.Send send, int number, Admission.Held held) => session.Append(
        place,
        Intent(key, send, number, 0m),
        new EntryBody.AttemptEnded(
            key,
            number,
            new CallOutcome.NotSent($"{send.Agent.Provider} ({send.Agent.Model}) failed several times in a row and is given a rest")
            {
                HeldMs = (long)held.For.TotalMilliseconds,
            },
            0m,
            0));
}
