using Conclave.Agents.Network;

namespace Conclave.Agents;

/// <summary>How this machine reaches one vendor. It belongs to the machine's owner, never to a workflow.</summary>
/// <param name="BaseUrl">Where the vendor's API begins, as in <see cref="DefaultEndpoints"/>. The key is sent to this host only.</param>
/// <param name="Key">The vendor's key; null for a server that wants none.</param>
public sealed record ProviderSettings(Uri BaseUrl, Secret? Key)
{
    /// <summary>What is spoken there; null, the default, for the language of the provider's name.</summary>
    public WireProtocol? Protocol { get; init; }

    /// <summary>Whether answers are asked for piece by piece; true by default. Some proxies can only pass on whole ones.</summary>
    public bool Streams { get; init; } = true;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>How many calls may be under way at once; 32 by default.</summary>
    public int MaxConcurrentCalls { get; init; } = 32;

    /// <summary>How many calls may be sent in any minute; null, the default, for as many as the vendor allows.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>How many tokens, of questions and answers, may be used in any minute; null, the default, for as many as the vendor allows.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>When a model of the vendor that fails is given a rest.</summary>
    public BreakerSettings Breaker { get; init; } = BreakerSettings.Default;

    /// <summary>How long a connection, TLS included, may take to come about; 10 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the head of the reply may take from the moment of sending; 2 minutes by default.</summary>
    public TimeSpan FirstByteTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing at all may come in the middle of a reply; 2 minutes by default.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one attempt may take from beginning to end; 20 minutes by default.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Whether plain http is allowed for an address of this machine, where no network can listen. False by default.</summary>
    public bool AllowInsecureLoopback { get; init; }

    /// <summary>Whether the machine's owner has listed this very host, so that it may lie in a private network. False by default.</summary>
    public bool IsHostListed { get; init; }

    /// <summary>An HTTP proxy; null, the default, for none. The environment's proxy variables are not looked at.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Everything that is wrong, each with the key that it stands under and the fix.</summary>
    internal IEnumerable<string> Problems(string provider)
    {
        var at = $"providers.{provider}";
        return
        [
            .. AddressProblems().Select(problem => $"{at}.base_url: {problem}"),
            .. Key?.Problem is { } problem ? [$"{at}.key: {problem}; set the vendor's key, all of it and nothing else"] : Array.Empty<string>(),
            .. Limits(at),
            .. ProxyProblems($"{at}.proxy"),
        ];
    }

    /// <summary>The header that carries the key where the protocol is one of OpenAI's; null without a key.</summary>
    internal (string Header, string Value)? Bearer() => Key is { } key ? ("Authorization", $"Bearer {key.Reveal()}") : null;

    /// <summary>Everything that is wrong with the address, each with the fix.</summary>
    public IEnumerable<string> AddressProblems()
    {
        if (!BaseUrl.IsAbsoluteUri || BaseUrl.Scheme is not ("https" or "http") || BaseUrl.Host.Length == 0)
        {
            yield return $"`{Safe(BaseUrl)}` is not a web address; write one such as {DefaultEndpoints.OpenAi}";
            yield break;
        }

        if (BaseUrl.Scheme == "http" && !(AllowInsecureLoopback && BaseUrl.IsLoopback))
        {
            yield return BaseUrl.IsLoopback
                ? $"`{Safe(BaseUrl)}` is plain http; set allow_insecure_loopback to true if that is meant"
                : $"`{Safe(BaseUrl)}` would send the key in the clear; use https";
        }

        if (BaseUrl.UserInfo.Length > 0)
        {
            yield return $"`{Safe(BaseUrl)}` holds a name or password before the host; take it out, the key has its own setting";
        }

        if (BaseUrl.Query.Length > 0 || BaseUrl.Fragment.Length > 0)
        {
            yield return $"`{Safe(BaseUrl)}` ends in a query or a fragment; give the address up to its version only";
        }

        if (HostRules.Problem(BaseUrl, IsHostListed) is { } problem)
        {
            yield return problem;
        }
    }

    private IEnumerable<string> Limits(string at)
    {
        if (MaxConcurrentCalls < 1)
        {
            yield return $"{at}.max_concurrent_calls: {MaxConcurrentCalls} lets no call through; use 1 or more";
        }

        if (RequestsPerMinute < 1)
        {
            yield return $"{at}.requests_per_minute: {RequestsPerMinute} lets no call through; use 1 or more, or leave it out";
        }

        if (TokensPerMinute < 1)
        {
            yield return $"{at}.tokens_per_minute: {TokensPerMinute} lets no call through; use 1 or more, or leave it out";
        }

        if (Breaker.Failures < 1)
        {
            yield return $"{at}.breaker_failures: {Breaker.Failures} would rest before the first call; use 1 or more";
        }

        if (Breaker.Rest <= TimeSpan.Zero || Breaker.Rest > Gateway.Breaker.LongestRest)
        {
            yield return $"{at}.breaker_rest: {Breaker.Rest} is out of range; use more than zero and at most five minutes";
        }

        foreach (var (key, timeout) in new[]
        {
            ("connect_timeout", ConnectTimeout),
            ("first_byte_timeout", FirstByteTimeout),
            ("idle_timeout", IdleTimeout),
            ("total_timeout", TotalTimeout),
        })
        {
            if (timeout <= TimeSpan.Zero || timeout > LongestTimeout)
            {
                yield return $"{at}.{key}: {timeout} is out of range; use more than zero and at most one day";
            }
        }
    }

    private IEnumerable<string> ProxyProblems(string at)
    {
        if (Proxy is { } proxy && (!proxy.IsAbsoluteUri || proxy.Scheme is not ("http" or "https") || proxy.UserInfo.Length > 0))
        {
            yield return $"{at}: `{Safe(proxy)}` is not an http address without a name and password";
        }
    }

    // People put keys into the query and before the host; a problem must not repeat them.
    private static string Safe(Uri url) => url.IsAbsoluteUri && (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : url.OriginalString;
}
