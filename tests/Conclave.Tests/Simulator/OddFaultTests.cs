using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;

namespace Conclave.Tests.Simulator;

/// <summary>Faults of the wire itself, byte for byte: each in every format, as a client without any understanding sees it.</summary>
public sealed class OddFaultTests
{
    private const string Reply = "Grüße, it was a dark and stormy night; the rain fell in torrents.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("seconds", "retry-after", "90")]
    [InlineData("milliseconds", "retry-after-ms", "90000")]
    [InlineData("date", "retry-after", null)]
    public async Task A_rate_limit_writes_its_wait_in_one_form_alone(string form, string header, string? value)
    {
        await using var simulator = await TestSimulator.Start($"  - fault: {{ kind: rate_limit, retry_after: 90, form: {form} }}\n");
        foreach (var format in Enum.GetValues<WireFormat>())
        {
            using var request = WireRequest.Of(format, simulator.Server, "go", streamed: false);
            using var response = await simulator.Http.SendAsync(request, Cancel);

            var waits = response.Headers.Where(item => item.Key.Contains("retry-after", StringComparison.OrdinalIgnoreCase)).ToList();
            var (name, values) = Assert.Single(waits);
            Assert.Equal(header, name, ignoreCase: true);
            var seconds = form == "date" ? (DateTimeOffset.ParseExact(values.Single(), "R", CultureInfo.InvariantCulture) - response.Headers.Date!.Value).TotalSeconds : 90;
            Assert.InRange(seconds, 85, 95);
            Assert.True(value is null || value == values.Single());
        }
    }

    [Theory]
    [InlineData("forbidden", 403, 403, 403)]
    [InlineData("no_credit", 429, 400, 402)]
    [InlineData("spend_limit", 429, 429, 429)]
    [InlineData("too_long", 400, 400, 400)]
    [InlineData("too_large", 413, 413, 413)]
    public async Task Refusals_of_account_and_size_have_each_vendors_status(string kind, int openai, int anthropic, int gemini)
    {
        await using var simulator = await TestSimulator.Start($"  - fault: {{ kind: {kind} }}\n");
        foreach (var (format, status) in new[] { (WireFormat.Responses, openai), (WireFormat.Chat, openai), (WireFormat.Messages, anthropic), (WireFormat.GenerateContent, gemini) })
        {
            var (code, body) = await simulator.Ask(format, "go");

            Assert.Equal(status, code);
            RefusedRequestTests.AssertShape(format, JsonNode.Parse(body)!);
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_redirect_names_its_target_and_an_edge_answers_with_a_page(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start("  - match: { nth: 1 }\n    fault: { kind: redirect, status: 308, location: 'http://169.254.169.254/' }\n  - fault: { kind: html, status: 502 }\n");
        using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
        using var redirect = await simulator.Http.SendAsync(request, Cancel);

        Assert.Equal((308, "http://169.254.169.254/"), ((int)redirect.StatusCode, redirect.Headers.Location!.ToString()));
        var (status, page) = await simulator.Ask(format, "go", streamed);
        Assert.Equal(502, status);
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_break_after_the_headers_comes_before_any_of_the_body(WireFormat format, bool streamed)
    {
        foreach (var fault in new[] { "kind: reset, inside: headers", "kind: truncate", "kind: truncate, framing: chunked", "kind: truncate, framing: close", "kind: truncate, framing: length" })
        {
            var raw = await Raw(format, streamed, $"  - fault: {{ {fault} }}\n");

            Assert.StartsWith("HTTP/1.1 200 OK\r\n", raw, StringComparison.Ordinal);
            Assert.DoesNotContain(format == WireFormat.GenerateContent ? "candidates" : "model", raw.Split("\r\n\r\n", 2)[1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("whole", "transfer-encoding: chunked", "0\r\n\r\n")]
    [InlineData("chunked", "transfer-encoding: chunked", null)]
    [InlineData("close", "connection: close", null)]
    [InlineData("length", "content-length: 1000000", null)]
    public async Task A_truncated_body_is_framed_as_the_scenario_says(string framing, string header, string? end)
    {
        foreach (var (format, streamed) in from format in Enum.GetValues<WireFormat>() from streamed in new[] { true, false } select (format, streamed))
        {
            var raw = await Raw(format, streamed, $"  - reply: {Reply}\n    fault: {{ kind: truncate, after_chars: 12, framing: {framing} }}\n");
            var (head, body) = raw.Split("\r\n\r\n", 2) is [var first, var rest] ? (first, rest) : (raw, "");

            Assert.Contains(header, head, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(framing is "whole" or "chunked", head.Contains("transfer-encoding", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(end is not null, body.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
            Assert.True(body.Length > 10, raw);
            Assert.False(ServerSentEvents.HasEnd(format, body));
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_break_goes_through_an_event_or_through_a_character(WireFormat format, bool streamed)
    {
        var inEvent = await RawBytes(format, streamed, $"  - reply: {Reply}\n    fault: {{ kind: truncate, after_chars: 4, inside: event, framing: close }}\n");
        var inCharacter = await RawBytes(format, streamed, "  - reply: éé\n    fault: { kind: truncate, after_chars: " + (streamed ? 2 : 2000) + ", inside: character, framing: close }\n", allowInvalid: !streamed);

        var text = Encoding.UTF8.GetString(inEvent);
        Assert.False(streamed && text.EndsWith('\n'), text);
        if (streamed)
        {
            // The first of the two bytes of é is the last that came.
            Assert.Equal(0xC3, inCharacter[^1]);
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task Strange_answers_keep_their_text(WireFormat format, bool streamed)
    {
        foreach (var what in new[]
        {
            "comments", "pings", "cr_lf", "unknown_fields", "unknown_events", "unknown_items", "unknown_enums", "integer_enums",
            "no_usage", "negative_usage", "huge_usage", "usage_without_choices", "duplicate_start", "duplicate_events", "headers",
        })
        {
            await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: odd, what: {what} }}\n");
            var usual = await Usual(format, streamed);

            var (status, body) = await simulator.Ask(format, "go", streamed);

            Assert.Equal(200, status);
            Assert.Equal("odd", Assert.Single(simulator.Calls()).End!.Outcome);
            Assert.True(Changes(what, format, streamed) == (Normal(body) != Normal(usual)), $"{what}: {body}");
            if (streamed)
            {
                // A chunk of Gemini's has no number by which a reader could tell that it comes for the second time.
                Assert.Equal(what == "duplicate_events" && format == WireFormat.GenerateContent ? Reply + Reply : Reply, Spoken(format, body));
            }
            else
            {
                Assert.Contains(Reply, body, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_byte_order_mark_and_double_keys_are_really_there(WireFormat format, bool streamed)
    {
        var raw = await Raw(format, streamed, $"  - reply: {Reply}\n    fault: {{ kind: odd, what: [byte_order_mark, duplicate_keys] }}\n");

        Assert.Contains("\uFEFF", raw, StringComparison.Ordinal);
        Assert.Contains("\"twice\":1,\"twice\":2", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invalid_json")]
    [InlineData("not_a_number")]
    [InlineData("deep")]
    public async Task Broken_json_does_not_parse(string what)
    {
        foreach (var (format, streamed) in from format in Enum.GetValues<WireFormat>() from streamed in new[] { true, false } select (format, streamed))
        {
            await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: odd, what: {what} }}\n");

            var (_, body) = await simulator.Ask(format, "go", streamed);

            Assert.ThrowsAny<System.Text.Json.JsonException>(() => streamed ? ServerSentEvents.Of(body).Count : JsonNode.Parse(body)!.AsObject().Count);
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task A_giant_answer_is_as_large_as_it_says_and_legal(WireFormat format, bool streamed)
    {
        foreach (var kind in new[] { "giant", "giant_event" })
        {
            await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: {kind}, megabytes: 2 }}\n");

            var (_, body) = await simulator.Ask(format, "go", streamed);

            Assert.InRange(Encoding.UTF8.GetByteCount(body), 2 * 1024 * 1024, (2 * 1024 * 1024) + 20_000);
            Assert.True(streamed ? ServerSentEvents.Of(body).Count > 1 : JsonNode.Parse(body) is JsonObject);
            Assert.Equal(kind == "giant_event" || !streamed, body.Split('\n').Max(line => line.Length) > 1024 * 1024);
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task An_error_comes_under_a_good_status(WireFormat format, bool streamed)
    {
        foreach (var form in new[] { "flat", "nested", "failed" })
        {
            await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n    fault: {{ kind: error_event, error: overloaded, after_chars: 5, form: {form} }}\n");

            var (status, body) = await simulator.Ask(format, "go", streamed);

            Assert.Equal(200, status);
            Assert.Contains("overloaded", body, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(streamed, body.Contains(Reply[..5], StringComparison.Ordinal));
            Assert.DoesNotContain(Reply[..6], body, StringComparison.Ordinal);
            Assert.False(ServerSentEvents.HasEnd(format, body));
            Assert.Equal(streamed && format == WireFormat.Responses && form == "failed", body.Contains("event: response.failed", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(WireFormat.Responses, "\"reason\":\"content_filter\"", "\"output\":[]")]
    [InlineData(WireFormat.Chat, "\"finish_reason\":\"content_filter\"", "\"choices\":[]")]
    [InlineData(WireFormat.Messages, "\"category\":\"weapons\"", "\"content\":[]")]
    [InlineData(WireFormat.GenerateContent, "\"blockReason\":\"weapons\"", "\"usageMetadata\"")]
    public async Task A_blocked_question_and_an_empty_answer_say_so(WireFormat format, string blocked, string empty)
    {
        await using var simulator = await TestSimulator.Start("  - match: { contains: weapons }\n    fault: { kind: blocked, reason: weapons }\n  - fault: { kind: empty }\n");
        foreach (var streamed in (bool[])[false, true])
        {
            Assert.Contains(blocked, (await simulator.Ask(format, "weapons", streamed)).Body, StringComparison.Ordinal);
            var (status, body) = await simulator.Ask(format, "go", streamed);
            Assert.Equal(200, status);
            Assert.Contains(empty, body, StringComparison.Ordinal);
            Assert.DoesNotContain("\"candidates\"", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task What_stands_between_changes_type_form_and_compression(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start($"""
              - match: {"{"} contains: type {"}"}
                reply: {Reply}
                fault: {"{"} kind: wrong_type, content_type: text/plain {"}"}
              - match: {"{"} contains: form {"}"}
                reply: {Reply}
                fault: {"{"} kind: not_streamed {"}"}
              - match: {"{"} contains: hints {"}"}
                reply: {Reply}
                fault: {"{"} kind: early_hints {"}"}
              - fault: {"{"} kind: gzip_bomb, megabytes: 3 {"}"}
            """);

        using var typed = await Get("type");
        Assert.Equal("text/plain", typed.Content.Headers.ContentType!.MediaType);
        using var document = await Get("form");
        Assert.Equal(("application/json", Reply), (document.Content.Headers.ContentType!.MediaType, ServerSentEvents.WholeText(format, await document.Content.ReadAsStringAsync(Cancel))));
        using var hinted = await Get("hints");
        Assert.Equal(HttpStatusCode.OK, hinted.StatusCode);
        Assert.Contains(streamed ? "data:" : Reply, await hinted.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var bomb = await Get("bomb");
        Assert.Equal("gzip", Assert.Single(bomb.Content.Headers.ContentEncoding));
        var packed = await bomb.Content.ReadAsByteArrayAsync(Cancel);
        await using var unpacked = new System.IO.Compression.GZipStream(new MemoryStream(packed), System.IO.Compression.CompressionMode.Decompress);
        using var all = new MemoryStream();
        await unpacked.CopyToAsync(all, Cancel);
        Assert.Equal(3 * 1024 * 1024, all.Length);
        Assert.True(packed.Length < 10_000);

        async Task<HttpResponseMessage> Get(string prompt)
        {
            using var request = WireRequest.Of(format, simulator.Server, prompt, streamed);
            return await simulator.Http.SendAsync(request, Cancel);
        }
    }

    [Theory]
    [MemberData(nameof(WireRequest.Everything), MemberType = typeof(WireRequest))]
    public async Task Signs_of_life_go_on_until_the_client_goes_away(WireFormat format, bool streamed)
    {
        var clock = new Fakes.FakeTimeProvider();
        var ledgers = TestSimulator.NewFolder();
        await using (var simulator = await TestSimulator.Start("  - fault: { kind: pings }\n", ledgers, clock))
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
            using var response = await simulator.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            await using var body = await response.Content.ReadAsStreamAsync(leave.Token);
            if (streamed)
            {
                await ReadUntil(body, format == WireFormat.Messages ? "event: ping" : ": keep-alive", leave.Token);
            }

            Assert.Null(Assert.Single(simulator.Calls()).End);
            await leave.CancelAsync();
        }

        Assert.Equal("pings", Conclave.Simulator.Ledgers.Ledger.Read(Path.Combine(ledgers, "default.ndjson"))[0].End!.Outcome);
        Directory.Delete(ledgers, recursive: true);
    }

    [Fact]
    public void Every_oddity_can_be_written() =>
        Assert.All(FaultWords.Oddities, pair => Assert.Equal([pair.Value], ((Fault.Odd)TestSimulator.Read($"  - reply: x\n    fault: {{ kind: odd, what: {pair.Key} }}\n").Rules[0].Fault!).What));

    private static async Task<string> Usual(WireFormat format, bool streamed)
    {
        await using var simulator = await TestSimulator.Start($"  - reply: {Reply}\n");
        return (await simulator.Ask(format, "go", streamed)).Body;
    }

    // Times and ids differ from call to call; nothing else may, unless the oddity changes it.
    private static string Normal(string body) => System.Text.RegularExpressions.Regex.Replace(body, "\"created(?:_at)?\":[0-9]+", "", System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    // Some oddities exist in streams or in one format alone, and one is about headers.
    private static bool Changes(string what, WireFormat format, bool streamed) => what switch
    {
        "headers" => false,
        "cr_lf" => streamed && format != WireFormat.GenerateContent,
        "comments" or "pings" or "unknown_events" or "duplicate_start" => streamed,
        "duplicate_events" => streamed && format != WireFormat.GenerateContent,
        "usage_without_choices" => streamed && format == WireFormat.Chat,
        "unknown_enums" or "integer_enums" => true,
        "no_usage" or "negative_usage" or "huge_usage" => !streamed || format != WireFormat.Chat,
        _ => true,
    };

    private static string Spoken(WireFormat format, string body) => format switch
    {
        WireFormat.Responses => string.Concat(Named(body, "response.output_text.delta").Select(data => data["delta"]!.GetValue<string>())),
        WireFormat.Messages => string.Concat(Named(body, "content_block_delta").Select(data => data["delta"]!["text"]?.GetValue<string>())),
        WireFormat.Chat => string.Concat(ServerSentEvents.Of(body).Select(item => (item.Data["choices"] as JsonArray)?.FirstOrDefault()?["delta"]?["content"]?.GetValue<string>())),
        _ => string.Concat(ServerSentEvents.Of(body).Select(item => (item.Data["candidates"]?[0]?["content"]?["parts"]?[0] as JsonObject)?["text"]?.GetValue<string>())),
    };

    private static IEnumerable<JsonNode> Named(string body, string name) => ServerSentEvents.Of(body).Where(item => item.Name == name).Select(item => item.Data);

    private static async Task<string> Raw(WireFormat format, bool streamed, string answers) => Encoding.UTF8.GetString(await RawBytes(format, streamed, answers));

    // The bytes as they come over the socket, up to its end or its reset.
    private static async Task<byte[]> RawBytes(WireFormat format, bool streamed, string answers, bool allowInvalid = false)
    {
        if (allowInvalid)
        {
            answers = answers.Replace(", inside: character", "", StringComparison.Ordinal);
        }

        await using var simulator = await TestSimulator.Start(answers);
        using var request = WireRequest.Of(format, simulator.Server, "go", streamed);
        var content = await request.Content!.ReadAsByteArrayAsync(Cancel);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, simulator.Server.Address.Port, Cancel);
        var head = new StringBuilder($"POST {request.RequestUri!.PathAndQuery} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {content.Length}\r\n");
        foreach (var (name, values) in request.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}\r\n");
        }

        await socket.SendAsync(Encoding.ASCII.GetBytes(head + "\r\n"), Cancel);
        await socket.SendAsync(content, Cancel);
        using var got = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancel) is var read and > 0)
            {
                got.Write(buffer, 0, read);
            }
        }
        catch (SocketException)
        {
            // A reset ends it as well.
        }

        return got.ToArray();
    }

    private static async Task ReadUntil(Stream body, string text, CancellationToken cancel)
    {
        var (heard, buffer) = (new StringBuilder(), new byte[4096]);
        while (!heard.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await body.ReadAsync(buffer, cancel);
            Assert.NotEqual(0, read);
            heard.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }
}
