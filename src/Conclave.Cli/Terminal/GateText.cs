using System.Globalization;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Cli.Terminal;

/// <summary>An open gate in words: what is asked, what may be answered, until when, and how.</summary>
internal static class GateText
{
    /// <summary>The question on one line.</summary>
    public static string Question(GateState gate, int length) =>
        gate.Asked.Question.IsLoaded ? SafeText.Line(gate.Asked.Question.Text, length) : "(a long question; conclave show tells it)";

    /// <summary>The options, and what happens when nobody chooses.</summary>
    public static string Options(GateState gate)
    {
        var options = string.Join(", ", gate.Asked.Options.Select(option => SafeText.Line(option, 60)));
        return (gate.Asked.DueAt, gate.Asked.Default) switch
        {
            ({ } due, { } otherwise) => $"{options}; after {Time(due)}: {SafeText.Line(otherwise, 60)}",
            ({ } due, null) => $"{options}; after {Time(due)} the phase fails, as there is no default",
            _ => options,
        };
    }

    /// <summary>The command that answers it.</summary>
    public static string Command(SessionState state, GateState gate)
    {
        var name = state.OpenGates.Length > 1 ? $" --gate {SafeText.Line(gate.Name, 100)}" : "";
        var options = gate.Asked.Options;
        return (options.Contains("approve", StringComparer.Ordinal), options.Contains("reject", StringComparer.Ordinal)) switch
        {
            (true, true) => $"conclave approve {state.Id}{name} [--reject] [--comment TEXT]",
            (true, false) => $"conclave approve {state.Id}{name} [--comment TEXT]",
            _ => $"conclave approve {state.Id}{name} --option OPTION [--comment TEXT]",
        };
    }

    /// <summary>The answer.</summary>
    public static string Answer(EntryBody.ApprovalGiven given)
    {
        var who = given.By switch
        {
            GateAnswerer.User => "by the user",
            GateAnswerer.Timeout => "by default: nobody answered in time",
            _ => "by default: nobody was there to be asked",
        };
        return $"{SafeText.Line(given.Choice, 60)}, {who}{(given.Comment is { } comment ? $": {SafeText.Line(comment, 200)}" : "")}";
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
