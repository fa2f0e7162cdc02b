using System.Text;
using System.Text.Json;
using Conclave.Agents;
using Conclave.Engine;

namespace Conclave.Tests.Agents;

/// <summary>No key is in anything that people read, whatever shape it took on the way.</summary>
public sealed class RedactorTests
{
    private const string Key = "kX9/+qZ canary&1234567890wxyz";

    public static TheoryData<string> Forms =>
    [
        Key,
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Key)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{Key}")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($":{Key}\n")),
        Uri.EscapeDataString(Key),
        JsonSerializer.Serialize(Key),
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Key)),
        Key[..8],
        Key[^8..],
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_known_key_is_taken_out_in_every_form(string form)
    {
        var redactor = new Redactor();
        redactor.Learn(new Secret(Key));

        var clean = redactor.Clean($"before {form} after");

        Assert.StartsWith("before ", clean, StringComparison.Ordinal);
        Assert.EndsWith(" after", clean, StringComparison.Ordinal);
        Assert.Contains("***", clean, StringComparison.Ordinal);
        Assert.DoesNotContain(form, clean, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Incorrect API key provided: sk-proj-abcdefghijklmnop1234.", "Incorrect API key provided: ***.")]
    [InlineData("x-api-key sk-ant-api03-AAAAAAAAAAAAAAAA-BB_cc", "x-api-key ***")]
    [InlineData("key=AIzaSyA1234567890abcdefghijklmnopqrstuv", "key=***")]
    [InlineData("key=AQ.Ab8RN6Jabcdefghijklmnop", "key=***")]
    [InlineData("Authorization: Bearer abc.def-ghi_jkl123", "Authorization: Bearer ***")]
    [InlineData("token ghp_abcdefghijklmnopqrst0123456789", "token ***")]
    [InlineData("a task-force, the bearer of news, sk-1", "a task-force, the bearer of news, sk-1")]
    public void What_looks_like_a_key_is_taken_out_whoever_it_belongs_to(string text, string clean) => Assert.Equal(clean, new Redactor().Clean(text));

    [Fact]
    public void A_word_that_a_local_server_takes_for_a_key_stays_in_ordinary_texts()
    {
        var redactor = new Redactor();
        redactor.Learn(new Secret("ollama"));

        Assert.Equal("ask ollama/llama", redactor.Clean("ask ollama/llama"));
    }

    [Theory]
    [ForEachVendor]
    public async Task A_server_that_says_the_key_in_its_answer_does_not_get_it_to_anybody(string provider)
    {
        var key = Vendors.Key;
        await using var server = await LoopbackServer.Start(200, Vendors.Answer(provider, "Your key is ", key[..5], key[5..20], key[20..], ", and sk-", "can is not. ", key[..7]));
        await using var gateway = Vendors.Gateway(provider, server.Url);

        var heard = await gateway.Ask(Vendors.Question(provider));

        Assert.Equal($"Your key is ***, and sk-can is not. {key[..7]}", heard.Streamed);
        Assert.Equal(heard.Streamed, heard.Outcome.Text!.Text);
        Assert.DoesNotContain(key, JsonSerializer.Serialize(heard.Outcome, EngineJson.Options), StringComparison.Ordinal);
    }
}
