using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Workspace.Git;

namespace Conclave.Workspace.GitHub;

/// <summary>
/// Requests to GitHub's REST API about one repository. Limits are waited for, reading is tried again, and a request that changes something is sent once:
/// who can't know whether it took effect looks first (<see cref="Ensure"/>). https://docs.github.com/en/rest?apiVersion=2022-11-28
/// </summary>
/// <param name="wait">Waits, unless the session is being stopped.</param>
internal sealed class GitHubClient(GitHubSettings settings, AccessToken token, RepositoryName repository, Func<TimeSpan, CancellationToken, Task> wait, TimeProvider clock) : IDisposable
{
    private const int Tries = 4;
    private const long MostBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(15), ActivityHeadersPropagator = null })
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>The repository's own part of the API.</summary>
    public string Root => $"/repos/{repository}";

    /// <summary>Reads something.</summary>
    /// <param name="what">What for, as in "GitHub refused to ...".</param>
    /// <returns>Null when it is not there, or hidden.</returns>
    public async Task<GitHubReply?> Find(string path, string what, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await Send(HttpMethod.Get, path, null, what, cancel);
                if (reply.Status == 404)
                {
                    return null;
                }

                if (reply.IsSuccess)
                {
                    return reply;
                }

                if (reply.Status < 500 || attempt == Tries)
                {
                    throw GitHubRefusal.Of(reply, what, repository);
                }
            }
            catch (GitHubException unreachable) when (unreachable.Code == "CONC650" && attempt < Tries)
            {
                // As with a reply that says so.
            }

            await wait(TimeSpan.FromSeconds(attempt * 2), cancel);
        }
    }

    /// <summary>
    /// Something that must be there once: looked for, made if it is not, and looked for again whenever making it ended without an answer that says
    /// whether it was made.
    /// </summary>
    public async Task<T> Ensure<T>(Func<CancellationToken, Task<T?>> find, Func<CancellationToken, Task<T>> make, CancellationToken cancel) where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await find(cancel) is { } found)
            {
                return found;
            }

            try
            {
                return await make(cancel);
            }
            catch (GitHubException unknown) when (unknown.Code == "CONC650" && attempt < Tries)
            {
                await wait(TimeSpan.FromSeconds(attempt * 2), cancel);
            }
        }
    }

    /// <summary>Makes something. Whatever is no success is the caller's to judge, but for limits, which are waited for.</summary>
    /// <exception cref="GitHubException">CONC650: it may have taken effect or not.</exception>
    public async Task<GitHubReply> Make(string path, JsonObject body, string what, CancellationToken cancel) => await Send(HttpMethod.Post, path, body, what, cancel) switch
    {
        { Status: >= 500 } failed => throw GitHubRefusal.Of(failed, what, repository),
        var reply => reply,
    };

    /// <inheritdoc />
    public void Dispose() => http.Dispose();

    private async Task<GitHubReply> Send(HttpMethod method, string path, JsonObject? body, string what, CancellationToken cancel)
    {
        for (var again = 0; ; again++)
        {
            var reply = await SendOnce(method, path, body, what, cancel);
            if (GitHubLimit.WaitOf(reply, again, clock.GetUtcNow()) is not { } limit)
            {
                return reply;
            }

            if (limit > LongestWait || again + 1 == Tries)
            {
                throw new GitHubException("CONC643", $"GitHub's limits do not let this token {what} before {clock.GetUtcNow() + limit:yyyy-MM-dd HH:mm} UTC", "resume the session after that");
            }

            await wait(limit, cancel);
        }
    }

    private async Task<GitHubReply> SendOnce(HttpMethod method, string path, JsonObject? body, string what, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, $"{settings.ApiUrl.AbsoluteUri.TrimEnd('/')}{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Conclave", settings.Version));
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancel);
            return new GitHubReply((int)response.StatusCode, Parsed(token.RemoveFrom(await response.Content.ReadAsStringAsync(cancel))), Headers(response));
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new GitHubException("CONC650", $"{settings.ApiUrl.Host} can't be reached to {what}: {OneLine.Of(token.RemoveFrom(error.Message), 300)}", "look at the network and https://www.githubstatus.com");
        }
    }

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) switch
            {
                JsonObject found => found,
                JsonArray list => new JsonObject { ["items"] = list },
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImmutableDictionary<string, string> Headers(HttpResponseMessage response) => response.Headers
        .ToImmutableDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value), StringComparer.Ordinal);
}
