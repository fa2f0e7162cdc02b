using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Gemini;

/// <summary>The objects of which generateContent replies are made: a whole answer and a chunk of a stream have the same form.</summary>
internal static class GenerateContentReply
{
    public static JsonObject Whole(Reply reply)
    {
        if (NoCandidate(reply))
        {
            return Response(reply, null, isLast: true);
        }

        JsonObject[] parts = [.. ShownThinking(reply), .. HasTextPart(reply) ? [Text(reply.Text)] : Array.Empty<JsonObject>(), .. Calls(reply)];
        Sign(reply, parts);
        return Response(reply, Candidate(reply, parts, isLast: true), isLast: true);
    }

    public static IEnumerable<Frame> Chunks(Reply reply)
    {
        if (!NoCandidate(reply))
        {
            foreach (var thought in ShownThinking(reply))
            {
                yield return Chunk(FramePart.Opening, Response(reply, Candidate(reply, [thought], isLast: false), isLast: false));
            }

            foreach (var piece in HasTextPart(reply) ? reply.Pieces(reply.Text) : [])
            {
                yield return Chunk(FramePart.Text, Response(reply, Candidate(reply, [Text(piece)], isLast: false), isLast: false), piece.Length);
            }

            var calls = Calls(reply).ToArray();
            Sign(reply, calls);
            foreach (var (call, scripted) in calls.Zip(reply.ToolCalls))
            {
                yield return Chunk(FramePart.Text, Response(reply, Candidate(reply, [call], isLast: false), isLast: false), scripted.Arguments.Length);
            }
        }

        JsonObject[] last = HasTextPart(reply) && reply.ToolCalls.IsEmpty ? [Text("")] : [];
        Sign(reply, last);
        yield return Chunk(FramePart.End, Response(reply, NoCandidate(reply) ? null : Candidate(reply, last, isLast: true), isLast: true));
    }

    /// <summary>A chunk of a stream.</summary>
    public static Frame Chunk(FramePart part, JsonObject data, int chars = 0) => Frame.Bare(part, data, chars);

    public static JsonObject Response(Reply reply, JsonObject? candidate, bool isLast)
    {
        var response = new JsonObject();
        if (candidate is not null)
        {
            response["candidates"] = new JsonArray(candidate);
        }
        else if (reply.Finish is Finish.Blocked)
        {
            response["promptFeedback"] = new JsonObject { ["blockReason"] = reply.Reason ?? "PROHIBITED_CONTENT" };
        }

        response["usageMetadata"] = Usage(reply, isLast);
        response["modelVersion"] = reply.Question.Model;
        response["responseId"] = reply.Ids.Letters("", 22);
        return response;
    }

    public static JsonObject Candidate(Reply reply, JsonObject[] parts, bool isLast)
    {
        var candidate = new JsonObject();
        if (parts.Length > 0)
        {
            candidate["content"] = new JsonObject { ["parts"] = new JsonArray([.. parts]), ["role"] = "model" };
        }

        if (isLast)
        {
            candidate["finishReason"] = FinishReason(reply);
        }

        candidate["index"] = 0;
        if (isLast && IsMalformed(reply))
        {
            candidate["finishMessage"] = $"Malformed function call: {reply.ToolCalls.First(call => Arguments(call) is null).Arguments}";
        }

        if (isLast && reply.Finish is Finish.Refused)
        {
            candidate["finishMessage"] = reply.Text;
            candidate["safetyRatings"] = new JsonArray(new JsonObject
            {
                ["category"] = "HARM_CATEGORY_DANGEROUS_CONTENT",
                ["probability"] = "HIGH",
                ["blocked"] = true,
            });
        }

        return candidate;
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static bool NoCandidate(Reply reply) => !reply.HasContent;

    private static bool HasTextPart(Reply reply) => reply.HasText && reply.Finish is not Finish.Refused;

    private static IEnumerable<JsonObject> ShownThinking(Reply reply) =>
        reply.Thinking.Length > 0 ? [new JsonObject { ["text"] = reply.Thinking, ["thought"] = true }] : [];

    private static IEnumerable<JsonObject> Calls(Reply reply) => IsMalformed(reply)
        ? []
        : reply.ToolCalls.Index().Select(item => new JsonObject
        {
            ["functionCall"] = new JsonObject { ["id"] = reply.Ids.Of(item.Index).Letters("", 8), ["name"] = item.Item.Name, ["args"] = Arguments(item.Item) },
        });

    // The first of several calls carries the signature, else the last part.
    private static void Sign(Reply reply, JsonObject[] parts)
    {
        if (reply.Thought && (parts.FirstOrDefault(part => part.ContainsKey("functionCall")) ?? parts.LastOrDefault()) is { } signed)
        {
            signed["thoughtSignature"] = reply.Signature;
        }
    }

    // Arguments go as an object; of broken ones this vendor says only that they were.
    private static bool IsMalformed(Reply reply) => reply.ToolCalls.Any(call => Arguments(call) is null);

    private static JsonObject? Arguments(ToolCall call)
    {
        try
        {
            return JsonNode.Parse(call.Arguments) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string FinishReason(Reply reply) => reply.Finish switch
    {
        Finish.CutOff => "MAX_TOKENS",
        Finish.Refused => reply.Reason ?? "SAFETY",
        _ when IsMalformed(reply) => "MALFORMED_FUNCTION_CALL",
        _ => "STOP",
    };

    // Only the last chunk knows what came out.
    private static JsonObject Usage(Reply reply, bool isLast)
    {
        var usage = new JsonObject { ["promptTokenCount"] = reply.InputTokens };
        if (reply.CachedTokens > 0)
        {
            usage["cachedContentTokenCount"] = reply.CachedTokens;
        }

        if (isLast)
        {
            usage["candidatesTokenCount"] = reply.AnswerTokens;
        }

        if (reply.ThinkingTokens > 0)
        {
            usage["thoughtsTokenCount"] = reply.ThinkingTokens;
        }

        usage["totalTokenCount"] = reply.InputTokens + reply.ThinkingTokens + (isLast ? reply.AnswerTokens : 0);
        usage["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = reply.InputTokens });
        return usage;
    }
}
