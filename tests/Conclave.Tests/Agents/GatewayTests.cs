using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conclave.Agents;
using Conclave.Engine.Execution.Calls;
using Conclave.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace Conclave.Tests.Agents;

public sealed class GatewayTests
{
    private static readonly ModelRequest Question = Vendors.Question("openai");

    [Fact]
    public async Task Without_a_key_a_call_is_rejected_and_names_the_missing_key()
    {
        await using var gateway = new ModelGateway(new GatewaySettings(ImmutableDictionary<string, ProviderSettings>.Empty), ModelCatalog.BuiltIn, new FakeTimeProvider());

        await using var lease = await gateway.Admit(Question, default);
        var heard = await gateway.Ask(Question);

        Assert.Equal(new CallOutcome.Rejected(RejectionKind.BadKey, 0, "there is no key for openai"), heard.Outcome);
    }

    [Fact]
    public async Task No_more_calls_to_a_vendor_are_let_in_than_there_are_places()
    {
        await using var gateway = Vendors.Gateway("openai", Vendors.Settings("openai", new Uri("http://127.0.0.1:1")) with { MaxConcurrentCalls = 2 });
        var first = await gateway.Admit(Question, default);
        await using var second = await gateway.Admit(Question, default);

        var third = gateway.Admit(Question, default).AsTask();
        Assert.False(third.IsCompleted);

        await first.DisposeAsync();
        await using var lease = await third;
    }

    [Fact]
    public async Task A_place_given_back_twice_is_one_place()
    {
        await using var gateway = Vendors.Gateway("openai", Vendors.Settings("openai", new Uri("http://127.0.0.1:1")) with { MaxConcurrentCalls = 1 });
        var first = await gateway.Admit(Question, default);
        await first.DisposeAsync();
        var second = await gateway.Admit(Question, default);
        await first.DisposeAsync();

        Assert.False(IsLetIn(gateway, Question));
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place()
    {
        await using var gateway = Vendors.Gateway("openai", Vendors.Settings("openai", new Uri("http://127.0.0.1:1")) with { MaxConcurrentCalls = 1 });
        var first = await gateway.Admit(Question, default);
        using var stop = new CancellationTokenSource();
        var second = gateway.Admit(Question, stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        Assert.True(IsLetIn(gateway, Question));
    }

    [Theory]
    [InlineData(429, 30)]
    [InlineData(503, 30)]
    [InlineData(529, 30)]
    public async Task When_a_vendor_asks_one_call_to_wait_the_others_wait_too(int status, int seconds)
    {
        await using var server = await LoopbackServer.Start(status, "", ("retry-after", $"{seconds}"));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway("openai", server.Url, clock);
        await gateway.Ask(Question);

        var next = gateway.Admit(Question, default).AsTask();
        clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await using var lease = await next;
    }

    [Fact]
    public async Task A_wait_that_is_put_off_meanwhile_is_waited_for_to_its_end()
    {
        var seconds = 10;
        await using var server = await LoopbackServer.Start(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = $"{seconds}";
            return Task.CompletedTask;
        });
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway("openai", server.Url, clock);
        await gateway.Ask(Question);
        var next = gateway.Admit(Question, default).AsTask();
        seconds = 60;
        await gateway.Ask(Question);
        seconds = 1;
        await gateway.Ask(Question);

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(next.IsCompleted);
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await using var lease = await next;
    }

    [Fact]
    public async Task A_vendor_that_asks_for_a_year_holds_nobody_longer_than_a_call_would_wait()
    {
        await using var server = await LoopbackServer.Start(429, "", ("retry-after", "31536000"));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway("openai", server.Url, clock);
        await gateway.Ask(Question);

        var next = gateway.Admit(Question, default).AsTask();
        Assert.False(next.IsCompleted);
        clock.Advance(CallPolicy.MaxWait);

        await using var lease = await next;
    }

    [Fact]
    public async Task Who_gives_up_during_a_wait_gives_the_place_back()
    {
        await using var server = await LoopbackServer.Start(429, "", ("retry-after", "30"));
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway("openai", Vendors.Settings("openai", server.Url) with { MaxConcurrentCalls = 1 }, clock);
        await gateway.Ask(Question);
        using var stop = new CancellationTokenSource();
        var waiting = gateway.Admit(Question, stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.True(IsLetIn(gateway, Question));
    }

    [Fact]
    public async Task A_wait_of_one_vendor_does_not_hold_another()
    {
        await using var server = await LoopbackServer.Start(429, "", ("retry-after", "30"));
        var settings = ProviderNames.All.ToImmutableDictionary(provider => provider, provider => Vendors.Settings(provider, server.Url));
        await using var gateway = new ModelGateway(new GatewaySettings(settings), ModelCatalog.BuiltIn, new FakeTimeProvider());
        await gateway.Ask(Question);

        Assert.False(IsLetIn(gateway, Question));
        Assert.True(IsLetIn(gateway, Vendors.Question("anthropic")));
        Assert.True(IsLetIn(gateway, Vendors.Question("gemini")));
    }

    [Fact]
    public async Task Many_calls_at_once_each_get_their_own_answer()
    {
        await using var server = await LoopbackServer.Start(async context =>
        {
            var seen = (SeenRequest)context.Items[nameof(SeenRequest)]!;
            var provider = seen.Target.Contains("messages", StringComparison.Ordinal) ? "anthropic" : seen.Target.Contains("responses", StringComparison.Ordinal) ? "openai" : "gemini";
            await context.Response.WriteAsync(Vendors.Answer(provider, Regex.Match(seen.Body, "call [0-9]+", RegexOptions.NonBacktracking).Value));
        });
        var settings = ProviderNames.All.ToImmutableDictionary(provider => provider, provider => Vendors.Settings(provider, server.Url));
        await using var gateway = new ModelGateway(new GatewaySettings(settings), ModelCatalog.BuiltIn, TimeProvider.System);

        var heard = await Task.WhenAll(Enumerable.Range(0, 90).Select(async number =>
        {
            var question = Vendors.Question(ProviderNames.All[number % 3]) with { Messages = [new ModelMessage(ModelRole.User, $"call {number}")] };
            await using var lease = await gateway.Admit(question, default);
            return (await gateway.Ask(question)).Streamed;
        }));

        Assert.Equal(Enumerable.Range(0, 90).Select(number => $"call {number}"), heard);
    }

    [Theory]
    [ForEachVendor]
    public async Task A_proxy_is_used_when_the_settings_name_one(string provider)
    {
        await using var proxy = await LoopbackServer.Start(200, Vendors.Answer(provider, "Hello"));
        await using var gateway = Vendors.Gateway(provider, Vendors.Settings(provider, new Uri("http://127.0.0.1:9")) with { Proxy = proxy.Url });

        Assert.IsType<CallOutcome.Answered>((await gateway.Ask(Vendors.Question(provider))).Outcome);
        Assert.Contains("host: 127.0.0.1:9", proxy.Seen.Single().Headers, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_with_problems_open_no_gateway()
    {
        var settings = new GatewaySettings(ImmutableDictionary<string, ProviderSettings>.Empty.Add("openai", new ProviderSettings(new Uri("http://example.com"), new Secret("k"))));

        Assert.Contains("https", Assert.Throws<ArgumentException>(() => new ModelGateway(settings, ModelCatalog.BuiltIn, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static bool IsLetIn(ModelGateway gateway, ModelRequest request) => gateway.Admit(request, default).AsTask().IsCompletedSuccessfully;
}
