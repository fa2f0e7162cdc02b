using System.Text.Json.Nodes;
using Conclave.Engine.Budget;

namespace Conclave.Tests.Agents;

/// <summary>
/// What a recorded exchange should come to, read from its body by rules of its own: plain and slow, and sharing nothing with the clients under test.
/// </summary>
/// <param name="Outcome">The name of the outcome's class, with the reason of a rejection.</param>
public sealed record ExpectedAnswer(string Outcome, string? Text, Usage? Usage)
{
    /// <summary>The text that comes in pieces before the end, where it is not the text of the end: some recordings were edited.</summary>
    public string? Streamed { get; private init; } = Text;

    /// <summary>The tools that are called, each as <c>ID NAME ARGUMENTS</c>, <c>?</c> for an id that is missing; null when that does not matter.</summary>
    public IReadOnlyList<string>? Calls { get; private init; }

    /// <summary>The vendor's word for the end; null when that does not matter.</summary>
    public string? StopReason { get; private init; }

    public static ExpectedAnswer Of(RecordedExchange record)
    {
        var answer = record.Status != 200 ? new ExpectedAnswer(OfStatus(record), null, null) : OfBody(record);
        return answer is { Outcome: "Answered", Calls: null or [] } && string.IsNullOrWhiteSpace(answer.Text) ? answer with { Outcome = "Empty", Text = null } : answer;
    }

    /// <summary>A call as it is compared: arguments that are JSON by what they hold.</summary>
    public static string Call(string? id, string? name, string arguments)
    {
        try
        {
            return $"{id ?? "?"} {name} {JsonNode.Parse(arguments)!.ToJsonString()}";
        }
        catch (System.Text.Json.JsonException)
        {
            return $"{id ?? "?"} {name} {arguments}";
        }
    }

    private static ExpectedAnswer OfBody(RecordedExchange record) => record.Provider switch
    {
        "openai" => OfOpenAi([.. record.Objects()]),
        "anthropic" => OfAnthropic([.. record.Objects()]),
        Vendors.Compatible => OfChat([.. record.Objects()]),
        _ => OfGemini([.. record.Objects()], isDocument: record.Body.StartsWith('{')),
    };

    private static string OfStatus(RecordedExchange record)
    {
        bool Says(string words) => record.Body.Contains(words, StringComparison.Ordinal);
        return record.Status switch
        {
            400 when Says("API_KEY_INVALID") => "Rejected BadKey",
            400 when Says("model_not_found") => "Rejected NoModel",
            400 when Says("prompt is too long") => "Rejected TooLarge",
            400 => "Rejected BadRequest",
            401 or 403 => "Rejected BadKey",
            402 => "Rejected NoQuota",
            404 => "Rejected NoModel",
            413 => "Rejected TooLarge",
            429 when Says("insufficient_quota") || Says("PerDay") || (Says("billing details") && !Says("retryDelay")) => "Rejected NoQuota",
            429 => "RateLimited",
            503 or 529 => "Overloaded",
            _ => "Failed",
        };
    }

    private static ExpectedAnswer OfOpenAi(List<JsonObject> objects)
    {
        var error = objects.Find(item => (string?)item["type"] == "error");
        var end = objects.Find(item => (string?)item["type"] is "response.completed" or "response.incomplete" or "response.failed");
        var response = (end?["response"] ?? objects.Find(item => item["object"] is not null))?.AsObject();
        if (error is not null || response?["error"] is not null)
        {
            var code = (string?)(error?["code"] ?? error?["error"]?["code"] ?? response?["error"]?["code"]);
            return new ExpectedAnswer(code == "insufficient_quota" ? "Rejected NoQuota" : "Failed", null, null);
        }

        var parts = response!["output"]!.AsArray().Where(item => (string?)item!["type"] == "message").SelectMany(item => item!["content"]!.AsArray()).ToList();
        var text = string.Concat(parts.Where(part => (string?)part!["type"] == "output_text").Select(part => (string?)part!["text"]));
        var usage = response["usage"] is { } counted
            ? new Usage(
                (long)counted["input_tokens"]!,
                (long?)counted["input_tokens_details"]?["cached_tokens"] ?? 0,
                (long?)counted["input_tokens_details"]?["cache_write_tokens"] ?? 0,
                (long)counted["output_tokens"]!,
                (long?)counted["output_tokens_details"]?["reasoning_tokens"] ?? 0)
            : null;
        var outcome = parts.Exists(part => (string?)part!["type"] == "refusal") ? "Refused" : response["incomplete_details"] is null ? "Answered" : "CutOff";
        var pieces = string.Concat(objects.Where(item => (string?)item["type"] == "response.output_text.delta").Select(item => (string?)item["delta"]));
        return new ExpectedAnswer(outcome, outcome == "Refused" ? null : text, usage)
        {
            Streamed = pieces.Length > 0 ? pieces : text,
            StopReason = (string?)response["incomplete_details"]?["reason"] ?? (string?)response["status"],
            Calls = outcome == "Refused" ? null : [.. response["output"]!.AsArray().Where(item => (string?)item!["type"] == "function_call").Select(item => Call((string?)item!["call_id"], (string?)item["name"], (string)item["arguments"]!))],
        };
    }

    private static ExpectedAnswer OfChat(List<JsonObject> objects)
    {
        var (text, refusal, stop, usage, calls) = ("", "", (string?)null, (Usage?)null, new SortedDictionary<int, (string? Id, string? Name, string Arguments)>());
        foreach (var item in objects)
        {
            if (item["usage"] is JsonObject counted)
            {
                usage = new Usage(
                    (long)counted["prompt_tokens"]!,
                    (long?)counted["prompt_tokens_details"]?["cached_tokens"] ?? 0,
                    0,
                    (long)counted["completion_tokens"]!,
                    (long?)counted["completion_tokens_details"]?["reasoning_tokens"] ?? 0);
            }

            foreach (var choice in item["choices"]!.AsArray().Where(choice => (int)choice!["index"]! == 0))
            {
                var said = (choice!["message"] ?? choice["delta"])!.AsObject();
                text += (string?)said["content"];
                refusal += (string?)said["refusal"];
                stop = (string?)choice["finish_reason"] ?? (string?)choice["finish_details"]?["type"] ?? stop;
                foreach (var (call, number) in (said["tool_calls"]?.AsArray() ?? []).Select((call, number) => (call!, number)))
                {
                    var place = (int?)call["index"] ?? number;
                    var before = calls.GetValueOrDefault(place);
                    calls[place] = ((string?)call["id"] ?? before.Id, (string?)call["function"]?["name"] ?? before.Name, before.Arguments + (string?)call["function"]?["arguments"]);
                }

                if (said["function_call"] is JsonObject only)
                {
                    calls[0] = ("call_1", (string?)only["name"], (string)only["arguments"]!);
                }
            }
        }

        return refusal.Length > 0
            ? new ExpectedAnswer("Refused", null, usage) { StopReason = stop }
            : new ExpectedAnswer(stop is "length" or "max_tokens" ? "CutOff" : "Answered", text, usage) { StopReason = stop, Calls = [.. calls.Values.Select(call => Call(call.Id, call.Name, call.Arguments))] };
    }

    private static ExpectedAnswer OfAnthropic(List<JsonObject> objects)
    {
        if (objects.Exists(item => (string?)item["type"] == "error"))
        {
            return new ExpectedAnswer("Failed", null, null);
        }

        // Nothing after the first end belongs to the answer, and nothing before the last beginning.
        var end = objects.FindIndex(item => (string?)item["type"] == "message_stop");
        var events = end < 0 ? objects : objects[..end];
        var begin = events.FindLastIndex(item => (string?)item["type"] == "message_start");
        events = begin < 0 ? events : events[begin..];
        var (text, stop, numbers) = ("", (string?)null, new Dictionary<string, long>());
        var calls = new SortedDictionary<int, (string? Id, string? Name, string Arguments)>();
        foreach (var item in events)
        {
            var message = item["message"] ?? (item["stop_reason"] is null ? null : item);
            text += string.Concat((message?["content"]?.AsArray() ?? []).Where(block => (string?)block!["type"] == "text").Select(block => (string?)block!["text"]));
            text += (string?)item["content_block"]?["text"] + (string?)item["delta"]?["text"];
            var blocks = (message?["content"]?.AsArray() ?? []).Select((block, number) => (block, number)).Append((item["content_block"], (int?)item["index"] ?? 0));
            foreach (var (block, number) in blocks.Where(block => (string?)block.Item1?["type"] == "tool_use"))
            {
                calls[number] = ((string?)block!["id"], (string?)block["name"], item["content_block"] is null ? block["input"]!.ToJsonString() : "");
            }

            if ((string?)item["delta"]?["partial_json"] is { } fragment && calls.TryGetValue((int)item["index"]!, out var open))
            {
                calls[(int)item["index"]!] = open with { Arguments = open.Arguments + fragment };
            }

            stop = (string?)item["delta"]?["stop_reason"] ?? (string?)message?["stop_reason"] ?? stop;
            var usage = (message?["usage"] ?? item["usage"])?.AsObject() ?? [];
            foreach (var (name, value) in usage.Concat(usage["output_tokens_details"]?.AsObject() ?? []).Concat(usage["cache_creation"]?.AsObject() ?? []))
            {
                if (value is JsonValue number && number.TryGetValue<long>(out var count))
                {
                    numbers[name] = count;
                }
            }
        }

        long Number(string name) => numbers.GetValueOrDefault(name);
        var (read, write) = (Number("cache_read_input_tokens"), Number("cache_creation_input_tokens"));
        var outcome = stop switch
        {
            "refusal" => "Refused",
            "max_tokens" => "CutOff",
            _ => "Answered",
        };
        return new ExpectedAnswer(
            outcome, outcome == "Refused" ? null : text, new Usage(Number("input_tokens") + read + write, read, write, Number("output_tokens"), Number("thinking_tokens")) { CacheWriteHourTokens = Number("ephemeral_1h_input_tokens") })
        {
            StopReason = stop,
            Calls = outcome == "Refused" ? null : [.. calls.Values.Select(call => Call(call.Id, call.Name, call.Arguments.Length == 0 ? "{}" : call.Arguments))],
        };
    }

    private static ExpectedAnswer OfGemini(List<JsonObject> objects, bool isDocument)
    {
        var candidates = objects.SelectMany(item => item["candidates"]?.AsArray() ?? []).ToList();
        var text = string.Concat(candidates.SelectMany(candidate => candidate!["content"]?["parts"]?.AsArray() ?? []).Where(part => part!["thought"] is null).Select(part => (string?)part!["text"]));
        var finish = candidates.Select(candidate => candidate!["finishReason"]?.ToString()).LastOrDefault(reason => reason is not null);
        var isBlocked = objects.Exists(item => item["promptFeedback"]?["blockReason"] is not null);
        var counted = objects.Select(item => item["usageMetadata"]).LastOrDefault(usage => usage is not null);
        long Number(string name) => (long?)counted?[name] ?? 0;
        var usage = counted is null
            ? null
            : new Usage(Number("promptTokenCount"), Number("cachedContentTokenCount"), 0, Number("candidatesTokenCount") + Number("thoughtsTokenCount"), Number("thoughtsTokenCount"));
        var functions = candidates.SelectMany(candidate => candidate!["content"]?["parts"]?.AsArray() ?? []).Select(part => part!["functionCall"]).Where(call => call is not null);
        List<string> calls = [.. functions.Select(call => Call((string?)call!["id"], (string?)call["name"], call["args"]?.ToJsonString() ?? "{}"))];
        return (isBlocked, finish) switch
        {
            (true, _) => new ExpectedAnswer("Refused", null, usage),
            (_, "STOP" or "1") => new ExpectedAnswer("Answered", text, usage) { Calls = calls, StopReason = finish },
            (_, "MAX_TOKENS" or "2") => new ExpectedAnswer("CutOff", text, usage) { Calls = calls, StopReason = finish },
            (_, null) when isDocument && !objects.Exists(item => item.ContainsKey("candidates")) => new ExpectedAnswer("Rejected BadRequest", null, null),
            (_, null) => new ExpectedAnswer("InDoubt", text.Length == 0 ? null : text, null),
            _ => new ExpectedAnswer("Refused", null, usage) { StopReason = finish },
        };
    }
}
