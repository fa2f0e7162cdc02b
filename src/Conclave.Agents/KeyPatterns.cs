using System.Text.RegularExpressions;

namespace Conclave.Agents;

/// <summary>What the vendors' keys look like, whoever they belong to.</summary>
public static partial class KeyPatterns
{
    /// <summary>Whether a text, as a whole, is likely a key: then it must be repeated nowhere.</summary>
    public static bool LooksLikeKey(string text) => Known().Match(text) is { Success: true, Index: 0 } || LongWord().IsMatch(text);

    /// <summary>Takes everything out of a text that looks like a key.</summary>
    public static string RemoveFrom(string text) => Known().Replace(text, match => match.Groups["keep"].Value + Secret.Mask);

    // OpenAI sk-..., Anthropic sk-ant-..., Google AIza... and AQ...., GitHub ghp_..., and whatever follows "Bearer".
    [GeneratedRegex(
        @"(?<keep>\b[Bb]earer +)[A-Za-z0-9._~+/=-]{12,}|\bsk-[A-Za-z0-9_-]{16,}|\bAIza[A-Za-z0-9_-]{24,}|\bAQ\.[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Known();

    [GeneratedRegex(@"^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9._-]{24,}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex LongWord();
}
