using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Cli.Terminal;

/// <summary>In a few words why a call is not sent yet, and for how long.</summary>
internal static class WaitText
{
    public static string Of(AgentId agent, AdmissionWait wait, DateTimeOffset now)
    {
        var left = wait.Until - now is { } time && time > TimeSpan.Zero ? $" ({Figures.Time(time)})" : "";
        return $"{agent} {SafeText.Line(wait.Text, 120)}{left}";
    }
}
