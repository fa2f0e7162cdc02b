using System.Collections.Immutable;
using Conclave.Simulator.Scenarios;

namespace Conclave.Simulator.Wire;

/// <summary>An answer with everything that its wire form needs.</summary>
/// <param name="Ids">Names of things of this reply.</param>
/// <param name="Text">What is said: the answer, or with <see cref="Finish.Refused"/> the explanation.</param>
/// <param name="ThinkingTokens">Tokens that are counted as thinking, shown or not.</param>
internal sealed record Reply(Question Question, WireIds Ids, DateTimeOffset Created, string Text, Finish Finish, int ThinkingTokens)
{
    /// <summary>What is shown of the thinking.</summary>
    public string Thinking { get; init; } = "";

    public ImmutableArray<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>The vendor's word for why it was refused or blocked; null for the usual one.</summary>
    public string? Reason { get; init; }

    /// <summary>Tokens of the question that came from the cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Tokens of the question that went into the cache.</summary>
    public int CacheWriteTokens { get; init; }

    /// <summary>Those of them that are kept for an hour.</summary>
    public int CacheWriteHourTokens { get; init; }

    /// <summary>The text of one event at the reply's pace, in characters.</summary>
    public int CharsPerPiece { get; init; } = int.MaxValue;

    /// <summary>All tokens of the question, those of the cache among them.</summary>
    public int InputTokens => Math.Max(TokenCount.OfPrompt(Question.Prompt), CachedTokens + CacheWriteTokens);

    /// <summary>The tokens of the text and the tool calls.</summary>
    public int AnswerTokens => TokenCount.Of(Text.Length) + ToolCalls.Sum(call => TokenCount.Of(call.Name.Length + call.Arguments.Length));

    /// <summary>Everything that is billed as output.</summary>
    public int OutputTokens => AnswerTokens + ThinkingTokens;

    /// <summary>Everything that takes time to say.</summary>
    public int Chars => Text.Length + ToolCalls.Sum(call => call.Arguments.Length);

    public bool Thought => ThinkingTokens > 0 || Thinking.Length > 0;

    /// <summary>Whether it says anything, if only the empty text.</summary>
    public bool HasText => HasContent && (Text.Length > 0 || ToolCalls.IsEmpty);

    /// <summary>Whether there is an answer at all.</summary>
    public bool HasContent => Finish is not (Finish.Blocked or Finish.Empty);

    /// <summary>Whether it ends because tools are to be called.</summary>
    public bool CallsTools => Finish is Finish.Complete && !ToolCalls.IsEmpty;

    /// <summary>Proof for the vendor that the thinking is its own.</summary>
    public string Signature => WireSignature.Of(Ids);

    /// <summary>The same, with no more than so many characters of the text and then of the tool calls' arguments.</summary>
    public Reply Start(int chars)
    {
        var text = TextPieces.Start(Text, chars);
        var left = chars - text.Length;
        var calls = ImmutableArray.CreateBuilder<ToolCall>();
        foreach (var call in ToolCalls)
        {
            if (left <= 0)
            {
                break;
            }

            calls.Add(call with { Arguments = TextPieces.Start(call.Arguments, left) });
            left -= call.Arguments.Length;
        }

        return this with { Text = text, ToolCalls = calls.ToImmutable() };
    }

    /// <summary>The same, cut off where the request's limit of tokens is reached; null for no limit.</summary>
    public Reply Within(int? maxTokens)
    {
        if (maxTokens is not { } limit || OutputTokens <= limit)
        {
            return this;
        }

        var thinking = Math.Min(ThinkingTokens, limit);
        return (this with { ThinkingTokens = thinking, Finish = Finish is Finish.Complete ? Finish.CutOff : Finish }).Start((limit - thinking) * TokenCount.CharsPerToken);
    }

    /// <summary>A text in the parts in which it streams.</summary>
    public IReadOnlyList<string> Pieces(string text) => TextPieces.Split(text, CharsPerPiece);
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

    /// <summary>A filter stopped the question.</summary>
    Blocked,

    /// <summary>Nothing came of it.</summary>
    Empty,
}
