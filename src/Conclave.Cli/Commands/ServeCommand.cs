using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Conclave.Server;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave serve</c>: the API of this machine's sessions, until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create(CommandContext context)
    {
        var port = new Option<int>("--port") { Description = "The port; 0 for any free one.", DefaultValueFactory = _ => 8000 };
        var listen = new Option<string>("--listen") { Description = "The address to listen on.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };
        listen.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(IPAddress.TryParse(token.Value, out var address) && IPAddress.IsLoopback(address)))
            {
                result.AddError($"--listen wants an address of this machine alone, such as 127.0.0.1 or ::1, not `{token.Value}`: there is no TLS yet");
            }
        });
        var command = new Command("serve", "Serve the API, with every session of the data directory, until it is stopped.") { port, listen };
        command.SetAction(async (parsed, cancel) =>
        {
            var (host, refusal) = ConclaveHost.Open(context.For(parsed), context.Clock);
            if (host is null)
            {
                return await context.Refuse(refusal!);
            }

            await using (host)
            {
                var options = new ServerOptions
                {
                    Port = parsed.GetValue(port),
                    Listen = IPAddress.Parse(parsed.GetValue(listen)!),
                    ProjectsRoot = Path.Combine(Path.GetFullPath(context.For(parsed).DataDirectory), "projects"),
                    Version = context.Version,
                };
                await using var server = await ConclaveServer.Start(host, options, context.Clock, cancel);
                await context.Error.WriteLineAsync($"conclave: serving at {server.Address}; open {server.Address}#token={server.Token}");
                await Served(context, server);
                return ExitCode.Succeeded;
            }
        });
        return command;
    }

    // The first signal lets the calls under way end, a second one breaks them off.
    private static async Task Served(CommandContext context, ConclaveServer server)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var now = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await stop.Task;
        await context.Error.WriteLineAsync("conclave: stopping when the calls under way have ended (again: at once)");
        await server.Stop(now.Token);

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (!stop.TrySetResult())
            {
                now.Cancel();
            }
        }
    }
}
