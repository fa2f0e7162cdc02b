using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave import FILE</c>: puts an exported session into the data directory, after checking all of it.</summary>
internal static class ImportCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "A file that `conclave export` wrote." };
        var command = new Command("import", "Put an exported session into the data directory: all of it, or nothing when anything in it is damaged.") { file };
        command.SetAction(async (parsed, cancel) =>
        {
            var (bundle, damaged) = SessionFile.Read(parsed.GetRequiredValue(file));
            if (bundle is null)
            {
                return await context.Refuse(damaged!);
            }

            var (host, refusal) = ConclaveHost.Open(context.For(parsed), context.Clock);
            if (host is null)
            {
                return await context.Refuse(refusal!);
            }

            await using (host)
            {
                switch (await host.Archive.Import(bundle, cancel))
                {
                    case ImportResult.Occupied:
                        return await context.Refuse(new Refusal(RefusalKind.Invalid, $"CONC709 there is another session {bundle.Id} here; nothing was changed", "use another data directory with --data"));
                    case ImportResult.Identical:
                        await context.Error.WriteLineAsync($"conclave: session {bundle.Id} is here already, entry for entry; nothing was changed");
                        break;
                    default:
                        await Tell(context, bundle);
                        break;
                }
            }

            await context.Output.WriteLineAsync(bundle.Id.Value);
            return ExitCode.Succeeded;
        });
        return command;
    }

    private static async Task Tell(CommandContext context, SessionBundle bundle)
    {
        var summary = bundle.Summary();
        await context.Error.WriteLineAsync($"conclave: session {bundle.Id} is here now ({EngineText.Snake(summary.Status)}): {SafeText.Line(summary.Description, 80)}");
        if (summary.Status is not (SessionStatus.Succeeded or SessionStatus.Failed or SessionStatus.Cancelled))
        {
            await context.Error.WriteLineAsync($"conclave: it has not ended. `resume` goes on with it here, pays here, and delivers to {SafeText.Line(summary.OutputDirectory, 200)}; make sure that it goes on nowhere else.");
        }
    }
}
