using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Anthropic;

/// <summary><c>POST /v1/messages</c>.</summary>
internal sealed class MessagesDialect : Dialect
{
    private readonly bool needsLimit;

    private MessagesDialect(bool needsLimit) => this.needsLimit = needsLimit;

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "cache_control", "container", "context_management", "diagnostics", "inference_geo", "max_tokens", "mcp_servers", "messages", "metadata", "model",
        "output_config", "service_tier", "speed", "stop_sequences", "stream", "system", "temperature", "thinking", "tool_choice", "tools", "top_k", "top_p",
        "user_profile_id", "workspace_id");

    public static MessagesDialect Instance { get; } = new(needsLimit: true);

    /// <summary>For questions whose tokens are counted only.</summary>
    public static MessagesDialect Counting { get; } = new(needsLimit: false);

    public override VendorWire Vendor => AnthropicWire.Instance;

    public override Question Read(BodyReader body)
    {
        var root = body.Root;
        var model = body.RequiredText(root, "model");
        var limit = body.Count(root, "max_tokens");
        if (needsLimit && BodyReader.Value(root, "max_tokens") is null)
        {
            body.Refuse(new RequestProblem.Missing("max_tokens"));
        }

        var prompt = ReadMessages(body);
        body.RefuseUnknown(root, "", Known);
        AnthropicModelRules.Check(body, model);
        return new Question(Simulator.Vendor.Anthropic, model, prompt.Text, prompt.Task, body.Flag(root, "stream"), limit, root);
    }

    public override JsonObject Whole(Reply reply) => MessagesReply.Whole(reply);

    public override IEnumerable<Frame> Stream(Reply reply) => new MessagesStream(reply).Frames();

    public override Frame Error(Reply reply, WireError error, ErrorForm form) => Frame.Named(FramePart.End, "error", error.Body);

    public override IEnumerable<Frame> Strange(Reply reply, JsonObject? whole)
    {
        static JsonObject Block() => new() { ["type"] = "hologram", ["light"] = 7 };
        whole?["content"]?.AsArray().Add(Block());
        var at = (reply.Thought ? 1 : 0) + (MessagesReply.SaysText(reply) ? 1 : 0) + reply.ToolCalls.Length;
        return MessagesStream.Strange(at, Block());
    }

    public override Frame SignOfLife() => MessagesStream.Ping(FramePart.Text);

    private static PromptText ReadMessages(BodyReader body)
    {
        var prompt = new PromptText();
        foreach (var text in body.Texts(body.Root, "system"))
        {
            prompt.Add(text, fromUser: false);
        }

        if (BodyReader.Value(body.Root, "messages") is null)
        {
            body.Refuse(new RequestProblem.Missing("messages"));
        }

        var any = false;
        foreach (var (message, path) in body.Maps(body.Root, "messages"))
        {
            var role = body.RequiredText(message, "role", path);
            CheckRole(body, role, path, isFirst: !any);
            any = true;
            if (BodyReader.Value(message, "content") is null)
            {
                body.Refuse(new RequestProblem.Missing(path + "content"));
            }

            CheckSignatures(body, message, path);
            // The model reads the blocks of a message as one text, wherever a client divides it to have its beginning cached.
            var whole = "";
            foreach (var text in body.Texts(message, "content", path))
            {
                if (text.Length == 0)
                {
                    body.Refuse(new RequestProblem.Invalid(path.TrimEnd('.'), $"{role} messages must have non-empty content"));
                }

                whole += text;
            }

            if (whole.Length > 0)
            {
                prompt.Add(whole, fromUser: role == "user");
            }
        }

        if (!any)
        {
            body.Refuse(new RequestProblem.Invalid("messages", "at least one message is required"));
        }

        return prompt;
    }

    // Thinking goes back as it came, or not at all.
    private static void CheckSignatures(BodyReader body, JsonElement message, string path)
    {
        if (BodyReader.Value(message, "content") is not { ValueKind: JsonValueKind.Array })
        {
            return;
        }

        foreach (var (block, blockPath) in body.Maps(message, "content", path))
        {
            if (body.Text(block, "type", blockPath) == "thinking" && !WireSignature.IsGenuine(body.Text(block, "signature", blockPath) ?? ""))
            {
                body.Refuse(new RequestProblem.Invalid(blockPath.TrimEnd('.'), "Invalid `signature` in `thinking` block"));
            }
        }
    }

    private static void CheckRole(BodyReader body, string role, string path, bool isFirst)
    {
        if (role is not ("user" or "assistant" or "system"))
        {
            body.Refuse(new RequestProblem.Invalid(path + "role", "Input should be 'user' or 'assistant'"));
        }
        else if (isFirst && role == "assistant")
        {
            body.Refuse(new RequestProblem.Invalid("messages", "first message must use the \"user\" role"));
        }
    }
}
