using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>Counts what an answer has to keep apart from its text, so that no vendor can fill the memory with it. Mutable.</summary>
internal sealed class Kept
{
    private long characters;

    /// <summary>Counts so many characters more.</summary>
    /// <exception cref="AttemptEndedException">It is too much.</exception>
    public void Add(int more)
    {
        characters += more;
        if (characters > BodyStream.MaxAnswerBytes)
        {
            throw new AttemptEndedException(new CallOutcome.InDoubt($"what came beside the answer's text is longer than {BodyStream.MaxAnswerBytes / (1024 * 1024)} MB", null));
        }
    }
}
