using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal sealed class ChatDialect : Dialect
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages", "metadata",
        "modalities", "model", "moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options");

    private static readonly FrozenSet<string> Roles = FrozenSet.Create(StringComparer.Ordinal, "developer", "system", "user", "assistant", "tool", "function");

    public static ChatDialect Instance { get; } = new();

    public override VendorWire Vendor => OpenAIWire.Instance;

    public override Question Read(BodyReader body)
    {
        var root = body.Root;
        body.RefuseUnknown(root, "", Known);
        var model = body.RequiredText(root, "model");
        var prompt = ReadMessages(body);
        if (body.Count(root, "n") > 1)
        {
            body.Refuse(new RequestProblem.Invalid("n", "The simulator gives one choice."));
        }

        var effort = body.Text(root, "reasoning_effort");
        OpenAIModelRules.Check(body, model, effort, "reasoning_effort");
        OpenAIModelRules.CheckChat(body, model, effort);
        var limit = body.Count(root, "max_completion_tokens") ?? body.Count(root, "max_tokens");
        return new Question(Simulator.Vendor.OpenAI, model, prompt.Text, prompt.Task, body.Flag(root, "stream"), limit, root);
    }

    public override JsonObject Whole(Reply reply) => ChatReply.Completion(reply);

    public override IEnumerable<Frame> Stream(Reply reply) => ChatReply.Chunks(reply);

    public override Frame Error(Reply reply, WireError error, ErrorForm form) => Frame.Bare(FramePart.End, error.Body);

    public override IEnumerable<Frame> Strange(Reply reply, JsonObject? whole)
    {
        if (whole?["choices"]?.AsArray().FirstOrDefault()?["message"] is JsonObject message)
        {
            message["hologram"] = new JsonObject { ["light"] = 7 };
        }

        return [ChatReply.Chunk(reply, FramePart.Closing, new JsonObject { ["hologram"] = new JsonObject { ["light"] = 7 } })];
    }

    public override Frame UsageAlone(Reply reply) => ChatReply.UsageChunk(reply);

    private static PromptText ReadMessages(BodyReader body)
    {
        var prompt = new PromptText();
        if (BodyReader.Value(body.Root, "messages") is null)
        {
            body.Refuse(new RequestProblem.Missing("messages"));
        }

        var any = false;
        foreach (var (message, path) in body.Maps(body.Root, "messages"))
        {
            any = true;
            var role = body.RequiredText(message, "role", path);
            if (!Roles.Contains(role))
            {
                body.Refuse(new RequestProblem.Invalid(path + "role", $"Invalid value: '{role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'."));
            }

            foreach (var text in body.Texts(message, "content", path))
            {
                prompt.Add(text, fromUser: role == "user");
            }
        }

        if (!any)
        {
            body.Refuse(new RequestProblem.Invalid("messages", "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead."));
        }

        return prompt;
    }
}
