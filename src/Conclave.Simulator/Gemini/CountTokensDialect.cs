using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Gemini;

/// <summary><c>POST /v1beta/models/{model}:countTokens</c>: contents alone, or a whole request in <c>generateContentRequest</c>. It has no answer of its own.</summary>
internal sealed class CountTokensDialect(string model) : Dialect
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal, "contents", "generateContentRequest");

    public override VendorWire Vendor => GeminiWire.Instance;

    public override Question Read(BodyReader body)
    {
        body.RefuseUnknown(body.Root, "", Known);
        if (body.Map(body.Root, "generateContentRequest") is not { } request)
        {
            return Read(body, body.Root);
        }

        var inner = new BodyReader(request);
        var question = new GenerateContentDialect(model, streamed: false, asEvents: false).Read(inner);
        if (inner.Problem is { } problem)
        {
            body.Refuse(problem);
        }

        return question;
    }

    public override JsonObject Whole(Reply reply) => throw Unasked();

    public override IEnumerable<Frame> Stream(Reply reply) => throw Unasked();

    public override Frame Error(Reply reply, WireError error, ErrorForm form) => throw Unasked();

    public override IEnumerable<Frame> Strange(Reply reply, JsonObject? whole) => throw Unasked();

    private Question Read(BodyReader body, System.Text.Json.JsonElement root)
    {
        var prompt = GenerateContentDialect.ReadContents(body);
        return new Question(Simulator.Vendor.Gemini, model, prompt.Text, prompt.Task, Streamed: false, null, root);
    }

    private static InvalidOperationException Unasked() => new("Counting tokens asks no model.");
}
