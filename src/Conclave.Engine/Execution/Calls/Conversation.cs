using System.Collections.Immutable;

namespace Conclave.Engine.Execution.Calls;

/// <summary>What was said between us and one agent about one question so far. Pure and immutable.</summary>
internal sealed record Conversation
{
    private const string GoOn = "Your answer was cut off. Go on exactly where it stopped, without repeating anything and without a remark.";

    private readonly ModelMessage question;

    public Conversation(string question) => this.question = new ModelMessage(ModelRole.User, question);

    /// <summary>The answer as far as it came, put together; empty when the next answer stands for itself.</summary>
    public string SoFar { get; private init; } = "";

    /// <summary>Whether the next answer begins in the middle of a text, so that no form can be demanded of it.</summary>
    public bool IsContinuing { get; private init; }

    /// <summary>Everything after the question.</summary>
    private ImmutableArray<ModelMessage> Turns { get; init; } = [];

    /// <summary>What the agent said last, from the beginning.</summary>
    private string Said { get; init; } = "";

    /// <summary>
    /// As it is sent. Turns that hold more than text go back one by one and as they came, because vendors check them; where all is text, the parts of the
    /// answer go back as one.
    /// </summary>
    public ImmutableArray<ModelMessage> Messages => Turns.Any(turn => turn.Turn is not null)
        ? [question, .. Turns]
        : [question, .. Turns.IsEmpty ? [] : new[] { Answer(Said, null) }, .. Turns is [.., { Role: ModelRole.User } last] ? [last] : ImmutableArray<ModelMessage>.Empty];

    /// <summary>After an answer that was cut off: the agent is asked to go on.</summary>
    public Conversation Continue(CallOutcome.CutOff cut) => Hears(cut) with { IsContinuing = true, Turns = Turns.Add(Answer(cut.Answer.Text, cut.Turn?.Text)).Add(new ModelMessage(ModelRole.User, GoOn)) };

    /// <summary>After a pause: the agent is given its turn back, and nothing else.</summary>
    public Conversation Resume(CallOutcome.CutOff paused) => Hears(paused) with { Turns = Turns.Add(Answer(paused.Answer.Text, paused.Turn?.Text)) };

    /// <summary>After an answer that can't be used: the agent is told why and gives another.</summary>
    /// <param name="whole">The answer, put together.</param>
    public Conversation Correct(string whole, CallOutcome last, string problem) => this with
    {
        SoFar = "",
        IsContinuing = false,
        Said = whole,
        Turns = Turns.Add(Answer(last.Text?.Text ?? "", last.Turn?.Text)).Add(new ModelMessage(ModelRole.User, $"Your answer can't be used: {problem}\nGive the whole answer again, corrected, in the form that was asked for.")),
    };

    private Conversation Hears(CallOutcome.CutOff cut)
    {
        var soFar = ContinuedText.Join(SoFar, cut.Answer.Text);
        return this with { SoFar = soFar, Said = soFar };
    }

    // Vendors refuse an empty turn.
    private static ModelMessage Answer(string text, string? turn) => new(ModelRole.Assistant, turn is null && string.IsNullOrWhiteSpace(text) ? "(no answer)" : text) { Turn = turn };
}
