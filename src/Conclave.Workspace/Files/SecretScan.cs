using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Files;

/// <summary>
/// Finds what is likely a real secret in generated text: keys of known vendors' forms and private keys. Made-up examples
/// (<c>AKIAIOSFODNN7EXAMPLE</c>, <c>sk-your-key-here</c>) are not reported; nor are passwords in general, which have no form.
/// </summary>
public static partial class SecretScan
{
    private static readonly ImmutableArray<(string Kind, Regex Form)> Forms =
    [
        ("an Anthropic key", Anthropic()),
        ("an OpenAI key", OpenAi()),
        ("a Stripe key", Stripe()),
        ("a Google API key", Google()),
        ("a GitHub token", GitHub()),
        ("a GitLab token", GitLab()),
        ("an AWS access key", Aws()),
        ("a Slack token", Slack()),
        ("a Slack webhook", SlackWebhook()),
        ("an npm token", Npm()),
        ("a PyPI token", PyPi()),
        ("a Hugging Face token", HuggingFace()),
        ("a SendGrid key", SendGrid()),
        ("a DigitalOcean token", DigitalOcean()),
        ("an Azure storage key", AzureStorage()),
        ("a Telegram bot token", Telegram()),
    ];

    /// <summary>The likely secrets of a text, in the order of their lines.</summary>
    public static ImmutableArray<SecretFinding> Find(string text)
    {
        var findings = Forms
            .SelectMany(form => form.Form.Matches(text).Select(match => (form.Kind, Secret: match.Groups["secret"])))
            .Where(found => IsRandom(found.Secret.Value))
            .Select(found => (found.Kind, found.Secret.Index, found.Secret.Value))
            .Concat(PrivateKey().Matches(text).Where(match => IsRandom(match.Groups["secret"].Value)).Select(match => ("a private key", match.Index, match.Groups["head"].Value)))
            .OrderBy(found => found.Index);
        return [.. findings.DistinctBy(found => found.Index).Select(found => new SecretFinding(LineOf(text, found.Index), found.Item1, Mask(found.Item3)))];
    }

    // A real key is drawn at random: many different characters, no long run, no word that says it is an example.
    private static bool IsRandom(string secret) =>
        Entropy(secret) >= 3.2 && (secret.Any(char.IsAsciiDigit) || !secret.Any(char.IsAsciiLetterLower)) && !MadeUp().IsMatch(secret);

    private static double Entropy(string text) =>
        text.GroupBy(letter => letter).Select(group => (double)group.Count() / text.Length).Sum(share => -share * Math.Log2(share));

    private static int LineOf(string text, int index) => 1 + text.AsSpan(0, index).Count('\n');

    private static string Mask(string secret) => secret.StartsWith('-') ? secret : secret[..Math.Min(7, secret.Length / 3)] + "…";

    [GeneratedRegex("example|sample|dummy|fake|placeholder|changeme|your[-_]?|xxxx|0000000|1234567|abcdefg|qwerty|redacted|[.]{3}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex MadeUp();

    [GeneratedRegex(@"\b(?<secret>sk-ant-[A-Za-z0-9_-]{24,})", RegexOptions.NonBacktracking)]
    private static partial Regex Anthropic();

    // Without the kebab-case names of style sheets (`sk-folding-cube-...`): the random part has no hyphens for long.
    [GeneratedRegex(@"\b(?<secret>sk-(proj-|svcacct-|admin-)[A-Za-z0-9_-]{32,}|sk-[A-Za-z0-9]{32,})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OpenAi();

    [GeneratedRegex(@"\b(?<secret>(sk|rk)_live_[A-Za-z0-9]{20,}|whsec_[A-Za-z0-9+/]{32,})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Stripe();

    [GeneratedRegex(@"\b(?<secret>AIza[A-Za-z0-9_-]{35})", RegexOptions.NonBacktracking)]
    private static partial Regex Google();

    [GeneratedRegex(@"\b(?<secret>gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex GitHub();

    [GeneratedRegex(@"\b(?<secret>glpat-[A-Za-z0-9_-]{20,})", RegexOptions.NonBacktracking)]
    private static partial Regex GitLab();

    [GeneratedRegex(@"\b(?<secret>(AKIA|ASIA)[A-Z2-7]{16})\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Aws();

    [GeneratedRegex(@"\b(?<secret>xox[abeprs]-[A-Za-z0-9-]{24,}|xapp-[A-Za-z0-9-]{24,})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Slack();

    [GeneratedRegex("(?<secret>hooks[.]slack[.]com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,})", RegexOptions.NonBacktracking)]
    private static partial Regex SlackWebhook();

    [GeneratedRegex(@"\b(?<secret>npm_[A-Za-z0-9]{36})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Npm();

    [GeneratedRegex(@"\b(?<secret>pypi-AgE[A-Za-z0-9_-]{50,})", RegexOptions.NonBacktracking)]
    private static partial Regex PyPi();

    [GeneratedRegex(@"\b(?<secret>hf_[A-Za-z0-9]{34,})\b", RegexOptions.NonBacktracking)]
    private static partial Regex HuggingFace();

    [GeneratedRegex(@"\b(?<secret>SG[.][A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{43})", RegexOptions.NonBacktracking)]
    private static partial Regex SendGrid();

    [GeneratedRegex(@"\b(?<secret>do[opr]_v1_[a-f0-9]{64})\b", RegexOptions.NonBacktracking)]
    private static partial Regex DigitalOcean();

    [GeneratedRegex("AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)", RegexOptions.NonBacktracking)]
    private static partial Regex AzureStorage();

    [GeneratedRegex(@"\b(?<secret>[0-9]{8,10}:AA[A-Za-z0-9_-]{33})", RegexOptions.NonBacktracking)]
    private static partial Regex Telegram();

    // The body may be in a string with \n; a head alone, as in a check for the format, is no secret.
    [GeneratedRegex(@"(?<head>-----BEGIN ([A-Z]+ )*PRIVATE KEY( BLOCK)?-----)(\s|\\n|\\r|[""'+,]|[A-Za-z-]+: [^\n]{0,200}\n)*(?<secret>[A-Za-z0-9+/]{40,})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();
}

/// <summary>What looks like a real secret.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Kind">What it is, with its article: <c>a GitHub token</c>.</param>
/// <param name="Masked">Enough of it to find it, and no more.</param>
public sealed record SecretFinding(int Line, string Kind, string Masked);
