using System.Text.Json.Nodes;
using Conclave.Tests.Agents;
using Microsoft.AspNetCore.Http;

namespace Conclave.Tests.Cli;

/// <summary><c>conclave keys</c>: keys are kept safely, tried for nothing and never shown.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private const string Key = "sk-canary-0123456789abcdef";

    private readonly CliMachine machine = new();

    public void Dispose() => machine.Dispose();

    [Fact]
    public async Task A_key_from_stdin_is_stored_and_found_again_and_never_shown()
    {
        var (exit, output, error) = await machine.RunWith($"{Key}\n", "keys", "set", "openai");
        Assert.Equal((0, ""), (exit, output));
        Assert.Contains($"the key for openai is stored in {machine.KeysFile}", error, StringComparison.Ordinal);
        Assert.Contains(Key, await File.ReadAllTextAsync(machine.KeysFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var listed = await machine.Run("keys", "list");
        Assert.Equal($"anthropic    no key\ngemini       no key\nopenai       file: {machine.KeysFile}\n", listed.Output);
        Assert.DoesNotContain(Key, error + listed.Output + listed.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await machine.Run("keys", "remove", "openai")).Exit);
        Assert.DoesNotContain(Key, await File.ReadAllTextAsync(machine.KeysFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_GitHub_is_kept_like_a_key_and_said_to_be_there()
    {
        var (exit, _, error) = await machine.RunWith($"{Key}\n", "keys", "set", "github");
        Assert.Equal(0, exit);
        Assert.Contains("`--github OWNER/NAME` uses it", error, StringComparison.Ordinal);

        var listed = await machine.Run("keys", "list");
        Assert.EndsWith($"github       file: {machine.KeysFile}\n", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error + listed.Output + listed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--simulate")]
    [InlineData("--scenario", "url-shortener")]
    public async Task What_is_simulated_is_not_published(params string[] simulation)
    {
        var (exit, _, error) = await machine.Run(["new", "x", "--github", "octo/links", .. simulation]);
        Assert.Equal(2, exit);
        Assert.Contains("a simulated session sends nothing", error, StringComparison.Ordinal);
        Assert.Contains("--github-dry-run", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "set", "openai", Key)]
    [InlineData("keys", "set", Key)]
    [InlineData("keys", "remove", "AIzaSyA1234567890abcdefghijklmnopqrstuv")]
    public async Task A_key_as_an_argument_is_refused_and_not_repeated(params string[] args)
    {
        var (exit, output, error) = await machine.RunWith(Key, args);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("CONC437 a key never goes on the command line", error, StringComparison.Ordinal);
        Assert.DoesNotContain(args[^1], error, StringComparison.Ordinal);
        Assert.False(File.Exists(machine.KeysFile));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("two words", "it holds a blank")]
    [InlineData("sk-line\nand another", "it holds a blank")]
    public async Task What_can_not_be_a_key_is_refused(string text, string why)
    {
        var (exit, _, error) = await machine.RunWith(text, "keys", "set", "openai");
        Assert.Equal(4, exit);
        Assert.Contains($"CONC433 the key from you can't be one: {why}", error, StringComparison.Ordinal);
        Assert.False(File.Exists(machine.KeysFile));
    }

    [Fact]
    public async Task A_provider_that_does_not_exist_is_refused_with_a_near_miss()
    {
        var (exit, _, error) = await machine.RunWith(Key, "keys", "set", "opnai");
        Assert.Equal(3, exit);
        Assert.Contains("CONC436 there is no provider `opnai`", error, StringComparison.Ordinal);
        Assert.Contains("did you mean `openai`?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_goes_before_the_file_and_the_file_before_a_command()
    {
        await using var server = await LoopbackServer.Start(200, """{"data":[],"models":[]}""");
        machine.Configure(string.Concat("providers:\n", string.Concat(new[] { "anthropic", "gemini", "openai" }.Select(provider =>
            $"  {provider}: {{ base_url: \"{Vendors.Endpoint(provider, server.Url)}\", allow_insecure_loopback: true, key_command: [echo, command-key-of-{provider}] }}\n"))));
        machine.Keys["openai"] = "environment-key";
        await machine.RunWith("file-key-openai", "keys", "set", "openai");
        await machine.RunWith("file-key-gemini", "keys", "set", "gemini");

        await machine.Run("keys", "check");

        string Sent(string path, string header) => server.Seen.Single(seen => seen.Target.StartsWith(path, StringComparison.Ordinal) && seen.Headers.Contains(header, StringComparison.Ordinal)).Headers;
        Assert.Contains("authorization: Bearer environment-key", Sent("/v1/models", "authorization"), StringComparison.Ordinal);
        Assert.Contains("x-goog-api-key: file-key-gemini", Sent("/v1beta/models", "x-goog"), StringComparison.Ordinal);
        Assert.Contains("x-api-key: command-key-of-anthropic", Sent("/v1/models", "x-api-key"), StringComparison.Ordinal);
    }

    public static TheoryData<string, int, string, string> Replies => new()
    {
        { "openai", 200, """{"object":"list","data":[{"id":"gpt-6.2-sol","object":"model"}]}""", "ok" },
        { "openai", 200, """{"object":"list","data":[{"id":"gpt-3","object":"model"}]}""", "model_missing" },
        { "openai", 401, """{"error":{"message":"Incorrect API key provided: sk-canary************cdef.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", "bad_key" },
        { "openai", 403, """{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read.","type":"invalid_request_error"}}""", "bad_key" },
        { "openai", 429, """{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":"insufficient_quota"}}""", "no_quota" },
        { "openai", 429, """{"error":{"message":"Slow down.","type":"requests","code":"rate_limit_exceeded"}}""", "unreachable" },
        { "openai", 200, "<html>Please log in</html>", "unreachable" },
        { "openai", 200, "[1]", "unreachable" },
        { "openai", 404, "not found", "unreachable" },
        { "openai", 500, "", "unreachable" },
        { "anthropic", 200, """{"data":[{"id":"claude-opus-5-5-20261001","type":"model"}],"has_more":false}""", "ok" },
        { "anthropic", 200, """{"data":[{"id":"claude-opus-5-50","type":"model"}],"has_more":false}""", "model_missing" },
        { "anthropic", 401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", "bad_key" },
        { "anthropic", 402, """{"type":"error","error":{"type":"billing_error","message":"Your credit balance is too low"}}""", "no_quota" },
        { "gemini", 200, """{"models":[{"name":"models/gemini-4-hydrogen"}]}""", "ok" },
        { "gemini", 400, """{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}""", "bad_key" },
        { "gemini", 403, """{"error":{"code":403,"message":"Method doesn't allow unregistered callers.","status":"PERMISSION_DENIED"}}""", "bad_key" },
        { "gemini", 302, "", "unreachable" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_vendor_s_reply_tells_what_the_key_is_worth(string provider, int status, string body, string finding)
    {
        await using var server = await LoopbackServer.Start(status, body, ("location", "https://elsewhere.example/v1"));
        machine.Serve(server.Url, provider);
        machine.Keys[provider] = Key;

        var (exit, output, error) = await machine.Run("keys", "check", "--json");

        var line = output.Split('\n').Select(text => text.Length == 0 ? null : JsonNode.Parse(text)).First(json => json!["provider"]!.GetValue<string>() == provider)!;
        Assert.Equal(finding, line["finding"]!.GetValue<string>());
        Assert.Equal(finding == "ok" ? 0 : 4, exit);
        Assert.Equal(finding != "ok", line["fix"] is not null);
        Assert.DoesNotContain("canary", output + error, StringComparison.Ordinal);
        Assert.Equal("GET", server.Seen.Single().Method);
        Assert.DoesNotContain(Key, server.Seen.Single().Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pages_of_a_list_are_read()
    {
        await using var server = await LoopbackServer.Start(context => context.Response.WriteAsync(context.Request.Query.ContainsKey("pageToken")
            ? """{"models":[{"name":"models/gemini-4-hydrogen"}]}"""
            : """{"models":[{"name":"models/gemini-1"}],"nextPageToken":"p/2"}"""));
        machine.Serve(server.Url, "gemini");
        machine.Keys["gemini"] = Key;

        Assert.Equal(0, (await machine.Run("keys", "check")).Exit);
        Assert.Equal(["/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=p%2F2"], server.Seen.Select(seen => seen.Target));
    }

    [Fact]
    public async Task The_page_of_a_check_looks_as_in_its_snapshot()
    {
        await using var openai = await LoopbackServer.Start(200, """{"object":"list","data":[{"id":"gpt-6.2-sol"}]}""");
        await using var gemini = await LoopbackServer.Start(400, """{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}""");
        machine.Configure($$"""
            providers:
              openai: { base_url: "{{Vendors.Endpoint("openai", openai.Url)}}", allow_insecure_loopback: true }
              gemini: { base_url: "{{Vendors.Endpoint("gemini", gemini.Url)}}", allow_insecure_loopback: true }
            """);
        machine.Keys["openai"] = machine.Keys["gemini"] = Key;

        Snapshot.Matches("keys-check.txt", (await machine.Run("keys", "check")).Output);
        Snapshot.Matches("keys-check.json.txt", (await machine.Run("keys", "check", "--json")).Output);
    }

    [Fact]
    public async Task A_vendor_that_can_not_be_reached_is_told_and_no_key_at_all_is_exit_code_4()
    {
        Assert.Equal(4, (await machine.Run("keys", "check")).Exit);

        machine.Serve(new Uri("http://127.0.0.1:1"), "openai");
        machine.Keys["openai"] = Key;
        var (exit, output, _) = await machine.Run("keys", "check");
        Assert.Equal(4, exit);
        Assert.Contains("openai: unreachable: 127.0.0.1 can't be reached: Connection refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exposed_file_is_not_used()
    {
        await machine.RunWith(Key, "keys", "set", "openai");
        File.SetUnixFileMode(machine.KeysFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var (exit, output, error) = await machine.Run("keys", "list");
        Assert.Equal(4, exit);
        Assert.Contains("openai       no key", output, StringComparison.Ordinal);
        Assert.Contains("CONC430", error, StringComparison.Ordinal);

        var asked = await machine.Run("ask", "pm", "Hello?");
        Assert.Equal(4, asked.Exit);
        Assert.Contains("CONC430", asked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_from_the_environment_go_before_the_file_and_plain_http_needs_its_variable()
    {
        await using var server = await LoopbackServer.Start(200, """{"data":[{"id":"gpt-6.2-sol"}],"models":[{"name":"models/gemini-4-hydrogen"}]}""");
        machine.Keys["openai"] = machine.Keys["gemini"] = Key;
        machine.Serve(new Uri("http://127.0.0.1:1"), "openai");
        machine.Addresses["openai"] = new Uri(server.Url, "/v1").ToString();
        machine.Addresses["gemini"] = server.Url.ToString();

        var refused = await machine.Run("keys", "check");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("CONC203 OPENAI_BASE_URL:", refused.Error, StringComparison.Ordinal);
        Assert.Contains("CONCLAVE_ALLOW_INSECURE_LOOPBACK=1", refused.Error, StringComparison.Ordinal);

        machine.AllowInsecureLoopback = true;
        Assert.Equal(0, (await machine.Run("keys", "check")).Exit);
        Assert.Equal(["/v1/models", "/v1beta/models?pageSize=1000"], server.Seen.Select(seen => seen.Target).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("providers: { openai: { base_url: \"https://169.254.169.254/v1\" } }", "1:34: CONC203")]
    [InlineData("providers: { openai: { base_url: \"https://10.0.0.7/v1\" } }", "list it under `allowed_hosts`")]
    public async Task A_setting_that_could_send_a_key_astray_is_refused_at_its_place(string yaml, string problem)
    {
        machine.Configure(yaml);
        var (exit, _, error) = await machine.Run("keys", "list");
        Assert.Equal(3, exit);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listed_host_is_fine()
    {
        machine.Configure("providers: { openai: { base_url: \"https://10.0.0.7/v1\" } }\nallowed_hosts: [10.0.0.7]");
        Assert.Equal(0, (await machine.Run("keys", "list")).Exit);
    }
}
