using Conclave.Engine.Definition;

namespace Conclave.Engine.Execution;

/// <summary>What a user's answer to a gate comes to. The sender asks before the answer is sent, the owner before it counts.</summary>
public abstract record GateChoice
{
    private GateChoice()
    {
    }

    /// <summary>The gate is open and has this option.</summary>
    public sealed record Taken(GateState Gate, string Choice) : GateChoice;

    /// <summary>It is not, or has not.</summary>
    /// <param name="Fix">What is open instead.</param>
    public sealed record Refused(string Code, string Text, string Fix) : GateChoice;

    /// <summary>Finds the gate and checks the option; pure.</summary>
    /// <param name="gate">The gate's key or its name for people; null for the only open one.</param>
    public static GateChoice Of(SessionState state, string? gate, string choice)
    {
        var open = state.OpenGates;
        var meant = open.Where(candidate => gate is null || candidate.Key.Value == gate || candidate.Name == gate).ToList();
        return meant switch
        {
            [] when open.IsEmpty => new Refused("CONC051", $"session {state.Id} asks nobody anything now", $"conclave show {state.Id} tells where it stands"),
            [] => new Refused("CONC051", $"session {state.Id} has no open gate `{gate}`", Listed(open)),
            [var one] => one.Asked.Options.Contains(choice, StringComparer.Ordinal)
                ? new Taken(one, choice)
                : new Refused("CONC052", $"gate `{one.Name}` has no option `{choice}`", NearMiss.Suggest(choice, one.Asked.Options)),
            _ => new Refused("CONC051", $"session {state.Id} has more than one open gate", $"name one with --gate; {Listed(meant)}"),
        };
    }

    private static string Listed(IEnumerable<GateState> gates) =>
        $"open: {string.Join("; ", gates.Select(gate => $"{gate.Name} ({string.Join(", ", gate.Asked.Options)})"))}";
}
