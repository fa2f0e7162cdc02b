using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

public sealed class SecretScanTests
{
    // Drawn at random, and in halves, so that no scanner takes this file itself for a leak.
    [Theory]
    [InlineData("an Anthropic key", "sk-ant-api03-", "KGpOyQNcdOyZbkBFTFoOxtzHq8STZHE6svi34zWH8xMS9BMoXOJrLo8F2nXMzqQdgCWwDllJtWR6zqlIKiUBKnCfK2vuAAA")]
    [InlineData("an OpenAI key", "sk-", "iSDMK2xTY2xA6bznBRkirAgsXOhyl9F6sn23DSp8kVzjliKE")]
    [InlineData("an OpenAI key", "sk-proj-", "1QufhQNB9reosfhypnXLDn8S9wPNWkPLR347A7TPdoE2u6Qe1NBPBTrbEpvpDbnI")]
    [InlineData("a Stripe key", "sk_live_", "IAp00zKLMcyKHKi7M07QbbSt")]
    [InlineData("a Google API key", "AIza", "dd8AgdmX2sau4rEE7naW8mHDKw3OaWDyyId")]
    [InlineData("a GitHub token", "ghp_", "YxWDsU78E9kcE3oEJJ8X1o9585yMa6Fv4ngc")]
    [InlineData("a GitHub token", "github_pat_", "VnSOgsR8uQYuY8CstQTuNz_uNGrTFhxhavBToSo2IeJKfLjG7A0nIQoCWVGPqbQTh4DPcT850bhhhpwdmn")]
    [InlineData("a GitLab token", "glpat-", "u4LEqCI9jsl6OUmbXzY3")]
    [InlineData("an AWS access key", "AKIA", "EW5BOA2IIYTZRB7C")]
    [InlineData("a Slack token", "xoxb-", "23177594829-nFDOpdJvarwItsjk5inSjV5o")]
    [InlineData("a Slack webhook", "https://hooks.slack.com/services/", "TNOIQJORQ/BIAGQYLMT/Rl5frPi9NeFsFW5BVI18Ao4e")]
    [InlineData("an npm token", "npm_", "Sfi67KClDVwQB9e6k8wmSwk81zG4ExeBt876")]
    [InlineData("a PyPI token", "pypi-AgE", "IroUSqJog95a4gDKbaEgXwZfQ1cSD652OvHjHFFbp48WEXJC7ZcRZCh96hExzIpIQftca4svm9zWxNV3")]
    [InlineData("a Hugging Face token", "hf_", "1eSjE8hlafb0tCYm89cZWHUWNo41jlMihe")]
    [InlineData("a SendGrid key", "SG.", "nXkVzlZqrE2nd2eCO2X0WU.UmIbuJnG5HlLB43jU38rDiU2I2MJeWeZsKYzX7sMjqd")]
    [InlineData("a DigitalOcean token", "dop_v1_", "201bba31f985ef40295fab98f0d340b857972beb75e685e947ceafb20ee13aea")]
    [InlineData("an Azure storage key", "AccountKey=", "NkixRz91tzLXiYrokk4zpavHOXPQnbGi9gKVHijEUfw80MecQept5afS7bvMp3jfcD8uzhNN3KnQFcurmIdjh5==")]
    [InlineData("a Telegram bot token", "738291" + "6450:AA", "tYTXMRsSQTEM4vbxPEEUlVQxH8G5RmMkS")]
    public void A_key_of_a_known_form_is_found_with_its_line_and_is_not_repeated(string kind, string start, string rest)
    {
        var found = Assert.Single(SecretScan.Find($"first = 1\nkey = \"{start}{rest}\"\n"));

        Assert.Equal((2, kind), (found.Line, found.Kind));
        Assert.DoesNotContain(rest, found.Masked, StringComparison.Ordinal);
        Assert.EndsWith("…", found.Masked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "\n")]
    [InlineData("RSA ", "\n")]
    [InlineData("OPENSSH ", "\n")]
    [InlineData("EC ", "\\n")]
    [InlineData("ENCRYPTED ", "\nProc-Type: 4,ENCRYPTED\n\n")]
    public void A_private_key_is_found(string kind, string newline) => Assert.Equal(
        new SecretFinding(3, "a private key", $"-----BEGIN {kind}PRIVATE KEY-----"),
        Assert.Single(SecretScan.Find($"a\nb\n-----BEGIN {kind}PRIVATE KEY-----{newline}sRHd9MRHONf216qhYmDQIOFsYVMgtin76l1SkpUXj7oIHBj3fu2nTkGkVGuBsXJ6{newline}-----END {kind}PRIVATE KEY-----\n")));

    [Theory]
    [InlineData("OPENAI_API_KEY=sk-your-key-here")]
    [InlineData("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("sk-1234567890abcdef1234567890abcdef1234567890abcdef")]
    [InlineData("sk-ant-api03-your-api-key-goes-right-here-0000")]
    [InlineData(".sk-folding-cube .sk-cube1-before-and-after-all { }")]
    [InlineData("risk-assessment-of-very-long-names-2026-and-more-words")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX")]
    [InlineData("AIzaSyExampleExampleExampleExampleExamp")]
    [InlineData("if text.startswith('-----BEGIN PRIVATE KEY-----'):")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7Zr8YtXW3o1QpL5vKfN2uHj9\n-----END PUBLIC KEY-----")]
    [InlineData("password = \"hunter2\"")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==")]
    [InlineData("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX")]
    [InlineData("stripe = sk_test_something_that_is_no_live_key_at_all")]
    [InlineData("task-1234, desk-proj-lamp, npm_config_registry, hf_hub_download")]
    public void Examples_hashes_and_names_are_not_taken_for_keys(string text) => Assert.Empty(SecretScan.Find(text));

    [Fact]
    public void Several_are_found_in_the_order_of_their_lines()
    {
        var text = "a = 'gh' + 'p_'\n" + "ghp_" + "dfVw75x5ElzLiIWusm0QWlDH3mjry9IwG5J7\n\n" + "AKIA" + "NJ544GQE4T7TOGFP\n";

        Assert.Equal([2, 4], SecretScan.Find(text).Select(found => found.Line));
    }
}
