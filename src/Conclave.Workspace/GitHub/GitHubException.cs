namespace Conclave.Workspace.GitHub;

/// <summary>GitHub does not do what was asked, and a person can mend that. What was done before it stays done.</summary>
/// <param name="code">The <c>CONCnnn</c> number.</param>
/// <param name="reason">What and which, as a sentence without its full stop.</param>
/// <param name="fix">What to do.</param>
internal sealed class GitHubException(string code, string reason, string fix) : Exception($"{code} {reason}")
{
    public string Code { get; } = code;

    public string Reason { get; } = reason;

    public string Fix { get; } = fix;
}
