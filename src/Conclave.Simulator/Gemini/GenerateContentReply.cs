using System.Text.Json.Nodes;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Gemini;

/// <summary>The objects of which generateContent replies are made: a whole answer and a chunk of a stream have the same form.</summary>
internal static class GenerateContentReply
{
    public static JsonObject Whole(Reply reply) => reply.Finish is Finish.Refused
        ? Response(reply, Candidate(reply, null, isLast: true), isLast: true)
        : Response(reply, Candidate(reply, Part(reply.Text), isLast: true), isLast: true);

    public static IEnumerable<Frame> Chunks(Reply reply)
    {
        if (reply.Finish is not Finish.Refused)
        {
            foreach (var piece in reply.Pieces)
            {
                yield return Chunk(FramePart.Text, Response(reply, Candidate(reply, Part(piece), isLast: false), isLast: false), piece.Length);
            }
        }

        var last = reply.Finish is Finish.Refused ? null : Part("");
        yield return Chunk(FramePart.Closing, Response(reply, Candidate(reply, last, isLast: true), isLast: true), 0);
    }

    private static JsonObject Response(Reply reply, JsonObject candidate, bool isLast) => new()
    {
        ["candidates"] = new JsonArray(candidate),
        ["usageMetadata"] = Usage(reply, isLast),
        ["modelVersion"] = reply.Question.Model,
        ["responseId"] = reply.Ids.Letters("", 22),
    };

    private static JsonObject Candidate(Reply reply, JsonObject? part, bool isLast)
    {
        var candidate = new JsonObject();
        if (part is not null)
        {
            candidate["content"] = new JsonObject { ["parts"] = new JsonArray(part), ["role"] = "model" };
        }

        if (isLast)
        {
            candidate["finishReason"] = FinishReason(reply);
        }

        candidate["index"] = 0;
        if (reply.Finish is Finish.Refused)
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

    private static JsonObject Part(string text) => new() { ["text"] = text };

    private static string FinishReason(Reply reply) => reply.Finish switch
    {
        Finish.CutOff => "MAX_TOKENS",
        Finish.Refused => "SAFETY",
        _ => "STOP",
    };

    // Only the last chunk knows what came out.
    private static JsonObject Usage(Reply reply, bool isLast)
    {
        var usage = new JsonObject { ["promptTokenCount"] = reply.InputTokens };
        if (isLast)
        {
            usage["candidatesTokenCount"] = reply.TextTokens;
        }

        if (reply.ThinkingTokens > 0)
        {
            usage["thoughtsTokenCount"] = reply.ThinkingTokens;
        }

        usage["totalTokenCount"] = reply.InputTokens + reply.ThinkingTokens + (isLast ? reply.TextTokens : 0);
        usage["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = reply.InputTokens });
        return usage;
    }

    // This vendor ends lines with CR LF, gives events no name, and its clients want the space after the colon.
    private static Frame Chunk(FramePart part, JsonObject data, int chars) => Frame.Of(part, chars, "data: ", data, "\r\n\r\n");
}
