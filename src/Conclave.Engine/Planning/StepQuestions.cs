namespace Conclave.Engine.Planning;

/// <summary>What one step of a kind asks at most, for saying before the run what it can cost.</summary>
/// <param name="Task">The task, which gives the output limit of each answer; null for the name of the phase's prompt.</param>
/// <param name="Who">Who is asked.</param>
/// <param name="Count">How many questions there are at most, each of them to each of those who are asked.</param>
/// <param name="Per">What the number is for, when it is not known before the run how often that comes; null when the number is the whole.</param>
public sealed record StepQuestions(string? Task, AskedAgents Who, Func<Phase, Workflow, int> Count, string? Per = null);

/// <summary>Who is asked.</summary>
public enum AskedAgents
{
    /// <summary>The phase's own agent.</summary>
    Own,

    /// <summary>Each agent that <c>with: { voters: [...] }</c> lists.</summary>
    Voters,

    /// <summary>One agent that is chosen in the run.</summary>
    AnyOne,
}
