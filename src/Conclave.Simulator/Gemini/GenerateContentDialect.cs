using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Gemini;

/// <summary>
/// <c>POST /v1beta/models/{model}:generateContent</c> and <c>:streamGenerateContent?alt=sse</c>. What the other vendors put into the body stands in
/// the address here.
/// </summary>
internal sealed class GenerateContentDialect(string model, bool streamed, bool asEvents) : Dialect
{
    private static readonly JsonElement Empty = JsonSerializer.SerializeToElement(new JsonObject());

    public override VendorWire Vendor => GeminiWire.Instance;

    public override Question Read(BodyReader body)
    {
        var root = body.Root;
        body.RefuseUnknown(root, "", GeminiKeys.Request);
        if (streamed && !asEvents)
        {
            body.Refuse(new RequestProblem.Invalid(null, "The simulator streams server-sent events only: add `?alt=sse` to the address."));
        }

        var config = body.Map(root, "generationConfig") ?? Empty;
        body.RefuseUnknown(config, GeminiKeys.ConfigPrefix, GeminiKeys.Config);
        if (body.Map(config, "thinkingConfig", GeminiKeys.ConfigPrefix) is { } thinking)
        {
            body.RefuseUnknown(thinking, GeminiKeys.ThinkingPrefix, GeminiKeys.Thinking);
        }

        GeminiModelRules.Check(body, model, streamed, config);
        var prompt = ReadContents(body);
        var limit = body.Count(config, "maxOutputTokens", GeminiKeys.ConfigPrefix);
        return new Question(Simulator.Vendor.Gemini, model, prompt.Text, prompt.Task, streamed, limit, root);
    }

    public override JsonObject Whole(Reply reply) => GenerateContentReply.Whole(reply);

    public override IEnumerable<Frame> Stream(Reply reply) => GenerateContentReply.Chunks(reply);

    public override Frame Error(Reply reply, WireError error, ErrorForm form) => Frame.Bare(FramePart.End, error.Body);

    public override IEnumerable<Frame> Strange(Reply reply, JsonObject? whole)
    {
        static JsonObject Part() => new() { ["hologram"] = new JsonObject { ["light"] = 7 } };
        whole?["candidates"]?.AsArray().FirstOrDefault()?["content"]?["parts"]?.AsArray().Add(Part());
        return [Frame.Bare(FramePart.Closing, GenerateContentReply.Response(reply, GenerateContentReply.Candidate(reply, [Part()], isLast: false), isLast: false))];
    }

    internal static PromptText ReadContents(BodyReader body)
    {
        var prompt = new PromptText();
        if (body.Map(body.Root, "systemInstruction") is { } system)
        {
            AddParts(body, system, "systemInstruction.", prompt, fromUser: false);
        }

        var any = false;
        foreach (var (content, path) in body.Maps(body.Root, "contents"))
        {
            any = true;
            var role = body.Text(content, "role", path) ?? "user";
            if (role is not ("user" or "model" or "function"))
            {
                body.Refuse(new RequestProblem.Invalid(path + "role", "Please use a valid role: user, model."));
            }

            AddParts(body, content, path, prompt, fromUser: role == "user");
        }

        if (!any)
        {
            body.Refuse(new RequestProblem.Missing("contents"));
        }

        return prompt;
    }

    private static void AddParts(BodyReader body, JsonElement content, string path, PromptText prompt, bool fromUser)
    {
        var any = false;
        foreach (var (part, partPath) in body.Maps(content, "parts", path))
        {
            any = true;
            if (body.Text(part, "thoughtSignature", partPath) is { } signature && !WireSignature.IsGenuine(signature))
            {
                body.Refuse(new RequestProblem.Invalid(partPath + "thoughtSignature", "Thought signature is not valid."));
            }

            if (body.Text(part, "text", partPath) is { } text)
            {
                prompt.Add(text, fromUser);
            }
        }

        if (!any)
        {
            body.Refuse(new RequestProblem.Missing(path + "parts"));
        }
    }
}
