using System.CommandLine;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave demo</c>: a whole session without keys or network.</summary>
internal static class DemoCommand
{
    public static Command Create(CommandContext context)
    {
        var options = new StartOptions();
        var command = new Command("demo", "Play a whole session without keys: a URL shortener with a web page, from description to tested project.");
        options.AddTo(command);
        command.SetAction((parsed, _) => StartCommand.Run(
            context,
            parsed,
            new NewSession("A URL shortener with a web page that counts visits")
            {
                OutputDirectory = options.Output(parsed, "conclave-demo"),
                BudgetUsd = options.Budget(parsed),
                Scenario = SimulatedVendors.DefaultScenario,
                Unattended = true,
            },
            parsed.GetValue(options.Json)));
        return command;
    }
}
