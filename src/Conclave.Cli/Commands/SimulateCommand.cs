using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Conclave.Server.Hosting;
using Conclave.Simulator;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave simulate</c>: the simulator as a server of its own, for tests of any program that talks to the three vendors.</summary>
internal static class SimulateCommand
{
    private static readonly (string Variable, string Provider)[] ClientVariables =
        [("ANTHROPIC_BASE_URL", "anthropic"), ("GOOGLE_GEMINI_BASE_URL", "gemini"), ("OPENAI_BASE_URL", "openai")];

    public static Command Create(CommandContext context)
    {
        var port = new Option<int>("--port") { Description = "The port on 127.0.0.1; 0 takes a free one.", HelpName = "PORT" };
        var scenario = new Option<string>("--scenario") { Description = "A built-in scenario or a file.", HelpName = "NAME|FILE", DefaultValueFactory = _ => SimulatedVendors.DefaultScenario };
        var ledger = new Option<string?>("--ledger") { Description = "Where the ledgers of calls go (default: `simulator` in the data directory).", HelpName = "DIR" };
        var latency = new Option<int>("--latency") { Description = "Milliseconds to the first token.", HelpName = "MS", DefaultValueFactory = _ => 150 };
        var pace = new Option<int>("--tokens-per-second") { Description = "The pace after the first token.", HelpName = "N", DefaultValueFactory = _ => 400 };
        port.Validators.Add(result => InRange(result, 0, 65_535));
        latency.Validators.Add(result => InRange(result, 0, 600_000));
        pace.Validators.Add(result => InRange(result, 1, 100_000_000));
        var command = new Command("simulate", "Serve the three vendors' wire formats from a scenario, on this machine only.") { port, scenario, ledger, latency, pace };
        command.SetAction(async (parsed, _) =>
        {
            var (found, refusal) = SimulatedVendors.Find(parsed.GetValue(scenario)!);
            if (found is null)
            {
                return await context.Refuse(refusal!);
            }

            await using var server = await SimulatorServer.Start(
                new SimulatorOptions
                {
                    Scenario = found,
                    Port = parsed.GetValue(port),
                    LedgerDirectory = Path.GetFullPath(parsed.GetValue(ledger) ?? Path.Combine(context.For(parsed).DataDirectory, "simulator")),
                    Latency = TimeSpan.FromMilliseconds(parsed.GetValue(latency)),
                    TokensPerSecond = parsed.GetValue(pace),
                    TimeProvider = context.Clock,
                },
                CancellationToken.None);
            foreach (var provider in HostEnvironment.KeyVariables.Keys)
            {
                await context.Output.WriteLineAsync($"{provider} {server.BaseUrl(provider)}");
            }

            // What the vendors' official clients read, so that a program under test needs no change.
            foreach (var (variable, provider) in ClientVariables)
            {
                // Google's clients add the version of the API themselves.
                var address = provider == "gemini" ? server.Address : server.BaseUrl(provider);
                await context.Output.WriteLineAsync($"export {variable}={address.AbsoluteUri.TrimEnd('/')}");
            }

            foreach (var variable in HostEnvironment.KeyVariables.Values.Select(names => names[0]))
            {
                await context.Output.WriteLineAsync($"export {variable}=simulated");
            }

            await context.Output.FlushAsync(CancellationToken.None);
            await context.Error.WriteLineAsync($"conclave: the simulator plays `{found.Name}` on {server.Address}; any key will do; Ctrl-C stops it");
            var stopped = new TaskCompletionSource();
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            await stopped.Task;
            return ExitCode.Succeeded;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stopped.TrySetResult();
            }
        });
        return command;
    }

    private static void InRange(System.CommandLine.Parsing.OptionResult result, int min, int max)
    {
        foreach (var token in result.Tokens.Where(token => !int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max))
        {
            result.AddError($"{result.Option.Name} wants a number from {min} to {max}, not `{token.Value}`");
        }
    }
}
