namespace Conclave.Simulator.Wire;

/// <summary>An answer with everything that its wire form needs.</summary>
/// <param name="Ids">Names of things of this reply.</param>
/// <param name="Text">What is said: the answer, or with <see cref="Finish.Refused"/> the explanation.</param>
internal sealed record Reply(Question Question, WireIds Ids, DateTimeOffset Created, string Text, Finish Finish, int ThinkingTokens)
{
    public int InputTokens { get; } = Math.Max(1, TokenCount.Of(Question.Prompt.Length));

    /// <summary>The tokens of the text alone.</summary>
    public int TextTokens { get; } = TokenCount.Of(Text.Length);

    /// <summary>Everything that is billed as output.</summary>
    public int OutputTokens => TextTokens + ThinkingTokens;

    /// <summary>The text in the parts in which it streams.</summary>
    public IReadOnlyList<string> Pieces { get; init; } = [Text];
}

/// <summary>Why an answer ends.</summary>
internal enum Finish
{
    /// <summary>It is whole.</summary>
    Complete,

    /// <summary>It reached the output limit.</summary>
    CutOff,

    /// <summary>The model would not answer.</summary>
    Refused,
}
