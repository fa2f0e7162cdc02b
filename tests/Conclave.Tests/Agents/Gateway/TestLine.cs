using Conclave.Agents;
using Conclave.Agents.Gateway;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Agents.Gateway;

/// <summary>A line of calls under a clock that stands still. Whatever the line does it has done when the call that caused it returns.</summary>
internal sealed class TestLine : IDisposable
{
    public TestLine(int places = 1000, int? requests = null, long? tokens = null, BreakerSettings? breaker = null) => Line = new AdmissionLine(
        "openai",
        new ProviderSettings(DefaultEndpoints.OpenAi, new Secret("k")) { MaxConcurrentCalls = places, RequestsPerMinute = requests, TokensPerMinute = tokens, Breaker = breaker ?? BreakerSettings.Default },
        Clock);

    public FakeTimeProvider Clock { get; } = new();

    public AdmissionLine Line { get; }

    /// <summary>A call that is taken to need so many tokens.</summary>
    public static ModelRequest Request(int tokens = 1, string model = "m") => new("openai", model, null, [new ModelMessage(ModelRole.User, "")], tokens - 1, null, null);

    public static CallOutcome Answered(long tokens = 1) => new CallOutcome.Answered(StoredText.From("x"), new Usage(1, 0, 0, tokens - 1, 0), null);

    public static CallOutcome Down { get; } = new CallOutcome.Overloaded(529, null, "busy");

    public TestCall Ask(int tokens = 1, string model = "m", TimeSpan? patience = null) => new(this, Request(tokens, model), patience ?? TimeSpan.MaxValue);

    public void Seconds(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Line.Dispose();
}

/// <summary>One call of a test.</summary>
internal sealed class TestCall : IDisposable
{
    private readonly TestLine line;
    private readonly CancellationTokenSource stop = new();
    private readonly Task<Admission> admission;

    public TestCall(TestLine line, ModelRequest request, TimeSpan patience)
    {
        this.line = line;
        Request = request;
        admission = line.Line.Admit(request, new AdmissionTerms(patience, Heard.Add), stop.Token).AsTask();
    }

    public ModelRequest Request { get; }

    /// <summary>All that it was told while it waited.</summary>
    public List<AdmissionWait?> Heard { get; } = [];

    public bool IsIn => admission.IsCompletedSuccessfully && Result is Admission.Granted;

    public bool IsWaiting => !admission.IsCompleted;

    public bool IsCancelled => admission.IsCanceled;

    public Admission Result => admission.IsCompletedSuccessfully ? admission.Result : throw new InvalidOperationException("It waits.");

    public WaitReason? Why => Heard is [.., { } wait] ? wait.Reason : null;

    /// <summary>Sends it, hears how it ended, and leaves.</summary>
    public void End(CallOutcome outcome)
    {
        line.Line.Sent(Request);
        line.Line.Ended(Request, outcome);
        Leave();
    }

    public void Leave() => Assert.True(Assert.IsType<Admission.Granted>(Result).Lease.DisposeAsync().AsTask().IsCompleted);

    public void GiveUp() => stop.Cancel();

    public void Dispose() => stop.Dispose();
}
