namespace Conclave.Workspace.GitHub;

/// <summary>How this machine reaches GitHub. It belongs to the machine's owner, never to a workflow.</summary>
/// <param name="ApiUrl">Where the REST API begins: <c>https://api.github.com</c>, or <c>https://HOST/api/v3</c> of an Enterprise server. The token is sent to this host and to <see cref="WebUrl"/>'s only.</param>
public sealed record GitHubSettings(Uri ApiUrl)
{
    /// <summary>GitHub itself, without a token.</summary>
    public static GitHubSettings Default { get; } = new(new Uri("https://api.github.com"));

    /// <summary>The user's token; null when there is none.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>Whether plain http is allowed for an address of this machine, where no network can listen.</summary>
    public bool AllowInsecureLoopback { get; init; }

    /// <summary>Our version, for the name under which requests are made.</summary>
    public string Version { get; init; } = "0";

    /// <summary>Where repositories are fetched from and pushed to; it is never taken from a reply.</summary>
    public Uri WebUrl => new UriBuilder(ApiUrl) { Host = ApiUrl.Host.StartsWith("api.", StringComparison.Ordinal) ? ApiUrl.Host[4..] : ApiUrl.Host, Path = "/" }.Uri;

    /// <summary>What is wrong with the address, with the key that it stands under and the fix; null when nothing is.</summary>
    public string? Problem() => ApiUrl switch
    {
        { IsAbsoluteUri: false } or { Scheme: not ("https" or "http") } or { Host: "" } => "github.api_url is not a web address; write one such as https://api.github.com",
        { UserInfo.Length: > 0 } => "github.api_url holds a name or password before the host; take it out, the token has its own setting",
        { Query.Length: > 0 } or { Fragment.Length: > 0 } => "github.api_url holds a `?` or `#`; write the address without it",
        { Scheme: "http", IsLoopback: true } when AllowInsecureLoopback => null,
        { Scheme: "http", IsLoopback: true } => "github.api_url is plain http; set allow_insecure_loopback to true if that is meant",
        { Scheme: "http" } => "github.api_url would send the token in the clear; use https",
        _ => null,
    };
}
