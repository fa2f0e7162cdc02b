using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.OpenAI;

/// <summary><c>POST /v1/responses</c>.</summary>
internal sealed class ResponsesDialect : Dialect
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model",
        "moderation", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
        "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools",
        "top_logprobs", "top_p", "truncation", "user");

    public static ResponsesDialect Instance { get; } = new();

    public override VendorWire Vendor => OpenAIWire.Instance;

    public override Question Read(BodyReader body)
    {
        var root = body.Root;
        body.RefuseUnknown(root, "", Known);
        var model = body.RequiredText(root, "model");
        var prompt = new PromptText();
        if (body.Text(root, "instructions") is { } instructions)
        {
            prompt.Add(instructions, fromUser: false);
        }

        ReadInput(body, prompt);
        RefuseState(body);
        var effort = body.Map(root, "reasoning") is { } reasoning ? body.Text(reasoning, "effort", "reasoning.") : null;
        OpenAIModelRules.Check(body, model, effort, "reasoning.effort");
        return new Question(Simulator.Vendor.OpenAI, model, prompt.Text, prompt.Task, body.Flag(root, "stream"), body.Count(root, "max_output_tokens"), root);
    }

    public override JsonObject Whole(Reply reply) => ResponsesReply.Ended(reply);

    public override IEnumerable<Frame> Stream(Reply reply) => new ResponsesStream(reply).Frames();

    public override Frame Error(Reply reply, WireError error, ErrorForm form)
    {
        var said = error.Body["error"]!.AsObject();
        return form switch
        {
            ErrorForm.Failed => Frame.Named(FramePart.End, "response.failed", new JsonObject { ["type"] = "response.failed", ["response"] = ResponsesReply.Failed(reply, said) }),
            ErrorForm.Nested => Frame.Named(FramePart.End, "error", new JsonObject { ["type"] = "error", ["error"] = said.DeepClone() }),
            _ => Frame.Named(FramePart.End, "error", new JsonObject
            {
                ["type"] = "error",
                ["code"] = said["code"]?.DeepClone() ?? said["type"]?.DeepClone(),
                ["message"] = said["message"]?.DeepClone(),
                ["param"] = null,
                ["sequence_number"] = 99,
            }),
        };
    }

    public override IEnumerable<Frame> Strange(Reply reply, JsonObject? whole)
    {
        static JsonObject Item() => new() { ["id"] = "hl_1", ["type"] = "hologram", ["light"] = 7 };
        var at = (reply.Thought ? 1 : 0) + (reply.HasText ? 1 : 0) + reply.ToolCalls.Length;
        (whole?["response"] ?? whole)?["output"]?.AsArray().Add(Item());
        return
        [
            Frame.Named(FramePart.Closing, "response.output_item.added", new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = at, ["item"] = Item() }),
            Frame.Named(FramePart.Closing, "response.output_item.done", new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = at, ["item"] = Item() }),
        ];
    }

    private static void ReadInput(BodyReader body, PromptText prompt)
    {
        if (BodyReader.Value(body.Root, "input") is not { } input)
        {
            body.Refuse(new RequestProblem.Missing("input"));
            return;
        }

        if (input.ValueKind is JsonValueKind.String)
        {
            prompt.Add(input.GetString()!, fromUser: true);
            return;
        }

        foreach (var (item, path) in body.Maps(body.Root, "input"))
        {
            if (body.Text(item, "type", path) is null or "message")
            {
                ReadMessage(body, item, path, prompt);
            }
            else if (item.TryGetProperty("output", out var output) && output.ValueKind is JsonValueKind.String)
            {
                prompt.Add(output.GetString()!, fromUser: false);
            }
        }
    }

    private static void ReadMessage(BodyReader body, JsonElement item, string path, PromptText prompt)
    {
        var role = body.RequiredText(item, "role", path);
        if (role is not ("user" or "assistant" or "system" or "developer"))
        {
            body.Refuse(new RequestProblem.Invalid(path + "role", $"Invalid value: '{role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'."));
        }

        if (BodyReader.Value(item, "content") is null)
        {
            body.Refuse(new RequestProblem.Missing(path + "content"));
        }

        foreach (var text in body.Texts(item, "content", path))
        {
            prompt.Add(text, fromUser: role == "user");
        }
    }

    // Each call stands for itself here: earlier responses and conversations are not kept.
    private static void RefuseState(BodyReader body)
    {
        if (body.Text(body.Root, "previous_response_id") is { } previous)
        {
            body.Refuse(new RequestProblem.Invalid("previous_response_id", $"Previous response with id '{previous}' not found."));
        }

        if (body.Flag(body.Root, "background"))
        {
            body.Refuse(new RequestProblem.Invalid("background", "The simulator does not run responses in the background."));
        }
    }
}
