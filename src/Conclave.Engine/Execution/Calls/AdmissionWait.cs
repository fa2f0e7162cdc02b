namespace Conclave.Engine.Execution.Calls;

/// <summary>Why a call waits before it is sent, and until when; whoever stands in line behind another waits for the same.</summary>
/// <param name="Until">When it may go on as far as is known; null when that depends on other calls.</param>
public sealed record AdmissionWait(WaitReason Reason, string Provider, string Model, DateTimeOffset? Until)
{
    /// <summary>The reason as the rest of a sentence that begins with who waits.</summary>
    public string Text => Reason switch
    {
        WaitReason.Places => $"waits for one of the calls to {Provider} to end",
        WaitReason.Requests => $"waits for the limit of requests per minute to {Provider}",
        WaitReason.Tokens => $"waits for the limit of tokens per minute to {Provider}",
        WaitReason.VendorLimit => $"waits: {Provider} says that the limit of {Model} is used up",
        WaitReason.VendorWait => $"waits as long as {Provider} asked us to",
        WaitReason.Breaker => $"waits: {Provider} ({Model}) failed several times in a row and is given a rest",
        WaitReason.Probe => $"waits for the call that tries whether {Provider} ({Model}) is back",
        _ => throw new InvalidOperationException($"No words for {Reason}."),
    };
}

/// <summary>What keeps a call from being sent.</summary>
public enum WaitReason
{
    /// <summary>As many calls as are allowed at once are under way.</summary>
    Places,

    /// <summary>The machine's own limit of requests per minute.</summary>
    Requests,

    /// <summary>The machine's own limit of tokens per minute.</summary>
    Tokens,

    /// <summary>The vendor's replies say that nothing is left for this model.</summary>
    VendorLimit,

    /// <summary>The vendor asked us to wait.</summary>
    VendorWait,

    /// <summary>The model failed several times in a row.</summary>
    Breaker,

    /// <summary>One call tries whether it is back.</summary>
    Probe,
}
