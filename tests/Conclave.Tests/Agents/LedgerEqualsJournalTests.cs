using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conclave.Agents;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Simulator.Ledgers;
using Conclave.Tests.Fakes;
using Conclave.Tests.Simulator;

namespace Conclave.Tests.Agents;

/// <summary>
/// A whole session over HTTP that meets each fault of the simulator at each vendor: what the vendor's ledger holds, the journal holds, call by call,
/// question by question, token by token. The clients always ask for streams; <c>not_streamed</c> is the one that comes back otherwise.
/// </summary>
public sealed class LedgerEqualsJournalTests
{
    private const string Reply = "Grüße, it was a dark and stormy night.";

    // The fault, what the journal says of its attempt, and whether the call ends before the answer that would follow.
    private static readonly (string Fault, string Outcome)[] Faults =
    [
        ("kind: rate_limit, retry_after: 2", "RateLimited"),
        ("kind: rate_limit, retry_after: null", "RateLimited"),
        ("kind: rate_limit, retry_after: 0", "RateLimited"),
        ("kind: rate_limit, retry_after: -5", "RateLimited"),
        ("kind: rate_limit, retry_after: 31536000", "RateLimited"),
        ("kind: rate_limit, retry_after: 20, form: date", "RateLimited"),
        ("kind: rate_limit, retry_after: 20, form: milliseconds", "RateLimited"),
        ("kind: overloaded", "Overloaded"),
        ("kind: server_error, status: 500", "Failed"),
        ("kind: server_error, status: 502", "Failed"),
        ("kind: server_error, status: 503", "Overloaded"),
        ("kind: server_error, status: 504", "Failed"),
        ("kind: server_error, status: 529", "Overloaded"),
        ("kind: bad_key", "Rejected"),
        ("kind: forbidden", "Rejected"),
        ("kind: no_quota", "Rejected"),
        ("kind: no_credit", "Rejected"),
        ("kind: spend_limit", "Rejected"),
        ("kind: no_model", "Rejected"),
        ("kind: too_long", "Rejected"),
        ("kind: too_large", "Rejected"),
        ("kind: refusal", "Refused"),
        ("kind: refusal, reason: RECITATION", "Refused"),
        ("kind: blocked", "Refused"),
        ("kind: cut_off, after_chars: 5", "CutOff"),
        ("kind: reset", "InDoubt"),
        ("kind: reset, inside: headers", "InDoubt"),
        ("kind: reset, after_chars: 5", "InDoubt"),
        ("kind: reset, after_chars: 5, inside: event", "InDoubt"),
        ("kind: reset, after_chars: 4, inside: character", "InDoubt"),
        ("kind: truncate", "InDoubt"),
        ("kind: truncate, after_chars: 5", "InDoubt"),
        ("kind: truncate, after_chars: 5, framing: chunked", "InDoubt"),
        ("kind: truncate, after_chars: 5, framing: close", "InDoubt"),
        ("kind: truncate, after_chars: 5, framing: length", "InDoubt"),
        ("kind: truncate, after_chars: 4, inside: character, framing: close", "InDoubt"),
        ("kind: hang", "InDoubt"),
        ("kind: hang, inside: headers", "InDoubt"),
        ("kind: hang, after_chars: 5", "InDoubt"),
        ("kind: pings", "InDoubt"),
        ("kind: error_event, error: overloaded, after_chars: 5", ""),
        ("kind: error_event, error: server_error", ""),
        ("kind: error_event, error: rate_limit, form: nested", ""),
        ("kind: error_event, error: no_quota, form: failed", ""),
        ("kind: html", "Rejected"),
        ("kind: html, status: 502", "Failed"),
        ("kind: redirect", "Rejected"),
        ("kind: redirect, status: 301, location: 'http://169.254.169.254/'", "Rejected"),
        ("kind: not_streamed", "Answered"),
        ("kind: early_hints", "Answered"),
        ("kind: gzip_bomb, megabytes: 64", ""),
        ("kind: giant, megabytes: 17", "Answered"),
        ("kind: giant_event, megabytes: 2", "InDoubt"),
        ("kind: odd, what: [comments, pings, unknown_fields, unknown_events, headers]", "Answered"),
        ("kind: odd, what: [cr_lf, unknown_items, unknown_enums]", ""),
        ("kind: odd, what: [byte_order_mark, integer_enums]", ""),
        ("kind: odd, what: duplicate_keys", ""),
        ("kind: odd, what: [no_usage]", "Answered"),
        ("kind: odd, what: [duplicate_start, no_text]", ""),
    ];

    public static TheoryData<string, string, string> Table { get; } = new(
        from fault in Faults from provider in new[] { "openai", "anthropic", "gemini" } select (provider, fault.Fault, fault.Outcome));

    [Theory]
    [MemberData(nameof(Table))]
    public async Task After_every_fault_the_journal_holds_what_the_vendor_saw(string provider, string fault, string outcome)
    {
        var reply = fault.StartsWith("kind: refusal", StringComparison.Ordinal) || TestTakesReply(fault) ? $"\n    reply: {Reply}" : "";
        await using var simulator = await TestSimulator.Start($"  - match: {{ nth: 1 }}\n    fault: {{ {fault} }}{reply}\n  - reply: At last.\n    thinking_tokens: 7\n");
        var waits = fault.Contains("hang", StringComparison.Ordinal) || fault.Contains("pings", StringComparison.Ordinal);
        var clock = new FakeTimeProvider();
        await using var gateway = Vendors.Gateway(provider, new ProviderSettings(simulator.Server.BaseUrl(provider), new Secret(Vendors.Key)) { AllowInsecureLoopback = true }, clock);
        var session = new TestSession($"""
            name: one
            version: 1
            inputs: {"{"} description: {"{"} required: true {"}}"}
            agents:
              one: {"{"} provider: {provider}, model: {Vendors.Model(provider)} {"}"}
            phases:
              ask:
                agent: one
                prompt: {"'Say it: ${{ inputs.description }}'"}
            """)
        { Gateway = gateway, Clock = clock };

        await session.Create();
        var state = await Passing(session.Run(), clock, TimeSpan.FromSeconds(waits ? 30 : 1));

        var entries = (await session.Entries()).Select(entry => entry.Body).ToList();
        var intents = entries.OfType<EntryBody.AttemptStarted>().ToList();
        var ends = entries.OfType<EntryBody.AttemptEnded>().ToList();
        var calls = simulator.Calls();
        Assert.True(intents.Count == calls.Length, $"{intents.Count} attempts in the journal, {calls.Length} calls in the ledger: {state.Status} {state.Reason}");
        Assert.Equal(intents.Count, ends.Count);
        Assert.Equal(intents.Select(Question), calls.Select(call => call.PromptSha256));
        Assert.True(outcome.Length == 0 || ends[0].Outcome.GetType().Name == outcome, $"{ends[0].Outcome}");
        Assert.All(ends.Zip(calls), pair => AssertSame(pair.First, pair.Second));
        Assert.Equal(ends.Sum(end => end.CostUsd), state.SpentUsd);
        Assert.DoesNotContain(Vendors.Key, string.Concat(entries.Select(entry => JsonSerializer.Serialize(entry, EngineJson.Options))), StringComparison.Ordinal);
    }

    // Waits and silences take no time of ours: the clock goes on, step by step, until the session is through.
    private static async Task<T> Passing<T>(Task<T> running, FakeTimeProvider clock, TimeSpan step)
    {
        while (!running.IsCompleted)
        {
            clock.Advance(step);
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        return await running;
    }

    private static void AssertSame(EntryBody.AttemptEnded end, LedgerCall call)
    {
        if (call.End is { Outcome: "answered" } answered)
        {
            var usage = Assert.IsType<CallOutcome.Answered>(end.Outcome).Usage!;
            Assert.Equal((answered.InputTokens, answered.OutputTokens), ((int)usage.InputTokens, (int)usage.OutputTokens));
        }

        // What the vendor turned away it does not bill, and so do we not.
        if (end.Outcome is CallOutcome.RateLimited or CallOutcome.Overloaded or CallOutcome.Rejected && call.End is { InputTokens: 0, OutputTokens: 0 })
        {
            Assert.Equal(0m, end.CostUsd);
        }
    }

    // As the ledger counts: the texts of the system prompt and of all messages.
    private static string Question(EntryBody.AttemptStarted intent)
    {
        var request = JsonSerializer.Deserialize<ModelRequest>(intent.Request.ToString(), EngineJson.Options)!;
        var texts = request.Messages.Select(message => message.Text).Prepend(request.System).OfType<string>();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));
    }

    private static bool TestTakesReply(string fault) => new[]
    {
        "after_chars", "not_streamed", "early_hints", "giant", "kind: odd",
    }.Any(word => fault.Contains(word, StringComparison.Ordinal));
}
