using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Conclave.Tests.Workspace.Files;
using Conclave.Tests.Workspace.Git;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conclave.Tests.Workspace.GitHub;

/// <summary>
/// A GitHub on this machine: the REST API that Conclave uses, and real bare repositories over smart HTTP (https://git-scm.com/docs/http-protocol). It
/// keeps a ledger of what it did, and does on demand what GitHub does on bad days.
/// </summary>
public sealed class LoopbackGitHub : IAsyncDisposable
{
    public const string Token = "ghp_canary0123456789canary0123456789cana";
    public const string User = "octo";

    private readonly WebApplication app;
    private readonly TempFolder folder = new();
    private readonly ConcurrentDictionary<string, HostedRepository> repositories = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Fault> faults = [];

    private LoopbackGitHub(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public Uri ApiUrl => new(Url, "/api/v3");

    /// <summary>Everything that took effect: <c>create octo/links</c>, <c>push octo/links refs/heads/main</c>, <c>release octo/links v0.1.0</c>.</summary>
    public ConcurrentQueue<string> Ledger { get; } = [];

    /// <summary>Every request, as <c>GET /api/v3/user</c>, with its headers.</summary>
    public ConcurrentQueue<(string Line, string Headers)> Seen { get; } = [];

    /// <summary>Organisations in which repositories can be made.</summary>
    public HashSet<string> Organisations { get; } = ["acme"];

    /// <summary>Repositories that the token can't see: they answer 404, and their names are taken.</summary>
    public HashSet<string> Hidden { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static async Task<LoopbackGitHub> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var hub = new LoopbackGitHub(builder.Build());
        hub.app.Run(hub.Answer);
        await hub.app.StartAsync();
        hub.Url = new Uri(hub.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return hub;
    }

    /// <summary>A repository that is there already.</summary>
    public async Task<HostedRepository> Host(string name)
    {
        var path = folder[$"{Guid.NewGuid():N}.git"];
        await UserGit.Run(folder.Path, null, "init", "-q", "--bare", "-b", "main", path);
        await UserGit.Run(path, null, "config", "http.receivepack", "true");
        return repositories[name] = new HostedRepository(name, path);
    }

    public HostedRepository this[string name] => repositories[name];

    public bool Has(string name) => repositories.ContainsKey(name);

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        repositories.Clear();
        faults.Clear();
        Ledger.Clear();
        Seen.Clear();
        Hidden.Clear();
    }

    /// <summary>What the next requests whose line begins so get instead of an answer.</summary>
    public void Fail(string line, int status, string body = "{}", int times = 1, params (string Name, string Value)[] headers) =>
        faults.Add(new Fault(line, times, async (context, _) =>
        {
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            await Json(context, status, body);
        }));

    /// <summary>The next request whose line begins so has no answer: the connection is cut, before or after it took effect.</summary>
    public void Cut(string line, bool afterEffect) => faults.Add(new Fault(line, 1, async (context, serve) =>
    {
        if (afterEffect)
        {
            await serve();
        }

        context.Abort();
    }));

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    private async Task Answer(HttpContext context)
    {
        var line = $"{context.Request.Method} {context.Request.Path}";
        Seen.Enqueue(($"{line}{context.Request.QueryString}", string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}"))));
        Fault? fault;
        lock (faults)
        {
            fault = faults.FirstOrDefault(candidate => candidate.Left > 0 && line.StartsWith(candidate.Line, StringComparison.Ordinal));
            if (fault is not null)
            {
                fault.Left--;
            }
        }

        var isApi = context.Request.Path.StartsWithSegments("/api/v3", StringComparison.Ordinal, out var path);
        Task Serve() => isApi ? Api(context, path.Value!.TrimStart('/').Split('/')) : SmartHttp(context);
        await (fault is null ? Serve() : fault.Reply(context, Serve));
    }

    private async Task Api(HttpContext context, string[] path)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            await Json(context, 401, """{"message":"Bad credentials"}""");
            return;
        }

        var body = context.Request.Method == "POST" ? (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))! : null;
        switch (context.Request.Method, path)
        {
            case ("GET", ["user"]):
                await Json(context, 200, $$"""{"login":"{{User}}"}""");
                break;
            case ("POST", ["user", "repos"]):
                await Create(context, $"{User}/{body!["name"]}", body);
                break;
            case ("POST", ["orgs", var owner, "repos"]) when Organisations.Contains(owner):
                await Create(context, $"{owner}/{body!["name"]}", body);
                break;
            case (_, ["repos", var owner, var name, .. var rest]) when repositories.TryGetValue($"{owner}/{name}", out var repository) && !Hidden.Contains(repository.Name):
                await OfRepository(context, repository, rest, body);
                break;
            default:
                await Json(context, 404, """{"message":"Not Found"}""");
                break;
        }
    }

    private async Task Create(HttpContext context, string name, JsonObject body)
    {
        if (repositories.ContainsKey(name) || Hidden.Contains(name))
        {
            await Json(context, 422, """{"message":"Repository creation failed.","errors":[{"resource":"Repository","code":"custom","field":"name","message":"name already exists on this account"}]}""");
            return;
        }

        var repository = await Host(name);
        repository.Description = (string?)body["description"];
        repository.IsPrivate = (bool)body["private"]!;
        Ledger.Enqueue($"create {name}");
        await Json(context, 201, Show(repository).ToJsonString());
    }

    private async Task OfRepository(HttpContext context, HostedRepository repository, string[] path, JsonObject? body)
    {
        switch (context.Request.Method, path)
        {
            case ("GET", []):
                await Json(context, 200, Show(repository).ToJsonString());
                break;
            case ("GET", ["releases", "tags", var tag]) when repository.Releases.TryGetValue(tag, out var release):
                await Json(context, 200, release.ToJsonString());
                break;
            case ("POST", ["releases"]) when repository.Releases.ContainsKey((string)body!["tag_name"]!):
                await Json(context, 422, """{"message":"Validation Failed","errors":[{"resource":"Release","code":"already_exists","field":"tag_name"}]}""");
                break;
            case ("POST", ["releases"]):
                var made = (JsonObject)body.DeepClone();
                made["html_url"] = $"{Url}{repository.Name}/releases/tag/{body["tag_name"]}";
                repository.Releases[(string)body["tag_name"]!] = made;
                Ledger.Enqueue($"release {repository.Name} {body["tag_name"]}");
                await Json(context, 201, made.ToJsonString());
                break;
            case ("GET", ["pulls"]):
                var head = context.Request.Query["head"].ToString();
                await Json(context, 200, new JsonArray([.. repository.Pulls.Where(pull => $"{repository.Name.Split('/')[0]}:{pull["head"]}" == head).Select(pull => pull.DeepClone())]).ToJsonString());
                break;
            case ("POST", ["pulls"]):
                var pull = (JsonObject)body!.DeepClone();
                pull["html_url"] = $"{Url}{repository.Name}/pull/{repository.Pulls.Count + 1}";
                repository.Pulls.Add(pull);
                Ledger.Enqueue($"pull {repository.Name} {body["head"]} -> {body["base"]}");
                await Json(context, 201, pull.ToJsonString());
                break;
            case ("GET", ["commits", var commit]) when (await UserGit.TryRun(repository.Path, null, "cat-file", "-e", $"{commit}^{{commit}}")).Code == 0:
                await Json(context, 200, $$"""{"sha":"{{commit}}"}""");
                break;
            default:
                await Json(context, 404, """{"message":"Not Found"}""");
                break;
        }
    }

    private JsonObject Show(HostedRepository repository) => new()
    {
        ["full_name"] = repository.Name,
        ["html_url"] = $"{Url}{repository.Name}",
        ["clone_url"] = "https://elsewhere.invalid/never-used.git",
        ["default_branch"] = "main",
        ["description"] = repository.Description,
        ["private"] = repository.IsPrivate,
        ["archived"] = repository.IsArchived,
        ["permissions"] = new JsonObject { ["push"] = repository.CanPush },
    };

    // GET /octo/links.git/info/refs?service=git-receive-pack, then POST /octo/links.git/git-receive-pack.
    private async Task SmartHttp(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimStart('/');
        var end = path.IndexOf(".git/", StringComparison.Ordinal);
        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{Token}"))}";
        if (context.Request.Headers.Authorization != expected)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
            context.Response.StatusCode = 401;
            return;
        }

        if (end < 0 || !repositories.TryGetValue(path[..end], out var repository) || Hidden.Contains(repository.Name))
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("Repository not found.");
            return;
        }

        var verb = path[(end + 5)..];
        if (verb == "info/refs")
        {
            var service = context.Request.Query["service"].ToString();
            context.Response.ContentType = $"application/x-{service}-advertisement";
            await context.Response.WriteAsync($"{$"# service={service}\n".Length + 4:x4}# service={service}\n0000");
            await Pipe(context, repository, service["git-".Length..], "--http-backend-info-refs");
            return;
        }

        var before = await repository.Refs();
        context.Response.ContentType = $"application/x-{verb}-result";
        await Pipe(context, repository, verb["git-".Length..]);
        foreach (var (name, commit) in await repository.Refs())
        {
            if (before.GetValueOrDefault(name) != commit)
            {
                Ledger.Enqueue($"push {repository.Name} {name}");
            }
        }
    }

    private static async Task Pipe(HttpContext context, HostedRepository repository, string service, params string[] options)
    {
        var start = new ProcessStartInfo("git", [service, "--stateless-rpc", .. options, repository.Path]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (context.Request.Headers["Git-Protocol"] is [{ } protocol])
        {
            start.Environment["GIT_PROTOCOL"] = protocol;
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["HOME"] = "/nowhere";
        using var process = Process.Start(start)!;
        using var answer = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(answer);
        Stream body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        try
        {
            await body.CopyToAsync(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It had read enough.
        }

        await reading;
        await process.WaitForExitAsync();
        await context.Response.Body.WriteAsync(answer.ToArray());
    }

    private static async Task Json(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private sealed record Fault(string Line, int Times, Func<HttpContext, Func<Task>, Task> Reply)
    {
        public int Left { get; set; } = Times;
    }
}

/// <summary>One repository there.</summary>
public sealed class HostedRepository(string name, string path)
{
    public string Name => name;

    /// <summary>The bare repository.</summary>
    public string Path => path;

    public string? Description { get; set; }

    public bool IsPrivate { get; set; }

    public bool IsArchived { get; set; }

    public bool CanPush { get; set; } = true;

    public Dictionary<string, JsonObject> Releases { get; } = [];

    public List<JsonObject> Pulls { get; } = [];

    public async Task<Dictionary<string, string>> Refs() => (await UserGit.Run(path, null, "for-each-ref", "--format=%(refname) %(objectname)"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>A program that receives every push first and can refuse it.</summary>
    public Task Hook(string script) => TempFolder.WriteProgram(System.IO.Path.Combine(path, "hooks/pre-receive"), $"#!/bin/sh\n{script}\n");
}
