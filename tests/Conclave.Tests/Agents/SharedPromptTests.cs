using System.Text.Json.Nodes;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Agents;

/// <summary>What several questions begin with is marked for the vendor's cache, and only that.</summary>
public sealed class SharedPromptTests
{
    private static ModelRequest Question(string provider, string head, string rest) =>
        Vendors.Question(provider) with { Messages = [new ModelMessage(ModelRole.User, head + rest)], SharedLength = head.Length };

    [Theory]
    [InlineData("The requirements.\n", "A or B?")]
    [InlineData("The requirements.\nA ", "or B?")]
    public async Task Anthropic_is_told_where_the_last_shared_line_ends(string head, string rest)
    {
        var body = await Sent(Question("anthropic", head, rest));

        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse("""[{"role":"user","content":[{"type":"text","text":"The requirements.\n","cache_control":{"type":"ephemeral"}},{"type":"text","text":"A or B?"}]}]"""), body["messages"]),
            body.ToJsonString());
    }

    [Fact]
    public async Task OpenAi_is_told_one_name_for_all_questions_with_the_same_beginning()
    {
        var (one, other, third) = (await Sent(Question("openai", "The requirements.\n", "A?")), await Sent(Question("openai", "The requirements.\n", "B?")), await Sent(Question("openai", "Others.\n", "A?")));

        Assert.Equal((string?)one["prompt_cache_key"], (string?)other["prompt_cache_key"]);
        Assert.NotEqual((string?)one["prompt_cache_key"], (string?)third["prompt_cache_key"]);
        Assert.Equal(32, ((string)one["prompt_cache_key"]!).Length);
    }

    [Theory]
    [ForEachVendor("", "A or B?")]
    [ForEachVendor("A or B?\n", "")]
    [ForEachVendor("A ", "or B?")]
    public async Task A_question_that_shares_nothing_or_is_nothing_else_is_not_marked(string provider, string head, string rest)
    {
        var body = (await Sent(Question(provider, head, rest))).ToJsonString();

        Assert.DoesNotContain("cache", body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mark_does_not_change_the_question() =>
        Assert.Equal(Question("openai", "", "The requirements. A?").ToJson(), Question("openai", "The requirements. ", "A?").ToJson());

    private static async Task<JsonNode> Sent(ModelRequest request)
    {
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(request.Provider, "Hello"));
        await using var gateway = Vendors.Gateway(request.Provider, server.Url);
        await gateway.Ask(request);
        return JsonNode.Parse(server.Seen.Single().Body)!;
    }
}
