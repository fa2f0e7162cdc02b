using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Conclave.Cli.Commands;
using Conclave.Cli.Commands.Config;
using Conclave.Cli.Commands.Files;
using Conclave.Cli.Commands.Keys;
using Conclave.Cli.Commands.Workflow;
using Conclave.Cli.Terminal;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Storage;

namespace Conclave.Cli;

/// <summary>The <c>conclave</c> command: one class for each verb, put together here. What is thrown here is a bug, and says so.</summary>
internal sealed class CommandLine(HostEnvironment environment, TimeProvider clock, TextWriter output, TextWriter error, TextReader? input = null)
{

    private static readonly string Version =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Runs one command and gives the process's exit code.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The process boundary: whatever gets here is told to the user and ends the process.")]
    public async Task<int> Run(string[] args)
    {
        var root = Root();
        var parsed = root.Parse(args);
        var unknown = UnknownOptions.In(parsed).ToList();
        if (unknown.Count + parsed.Errors.Count > 0)
        {
            // What the parser says of an argument that is none only leads astray.
            foreach (var problem in unknown.Count > 0 ? unknown : parsed.Errors.Select(found => found.Message))
            {
                await error.WriteLineAsync($"conclave: {SafeText.Line(problem)}");
            }

            await error.WriteLineAsync("Try `conclave --help`.");
            return ExitCode.Usage;
        }

        try
        {
            // Signals are handled by the commands: the first one stops gently.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error });
        }
        catch (DataDirectoryException unusable)
        {
            await error.WriteLineAsync($"conclave: {SafeText.Line(unusable.Message)}");
            return ExitCode.Invalid;
        }
        catch (OutputFailedException failed)
        {
            await error.WriteLineAsync($"conclave: {SafeText.Line(failed.Message)}");
            return ExitCode.Invalid;
        }
        catch (Exception bug)
        {
            // Nothing is lost: what was done stands in the journal.
            await error.WriteLineAsync(bug is JournalDamagedException or BlobDamagedException or JournalUnavailableException or NewerFormatException ? SafeText.Of(bug.Message) : $"conclave: a bug of ours: {SafeText.Of(bug.ToString())}");
            return ExitCode.Bug;
        }
    }

    private RootCommand Root()
    {
        var data = new Option<string?>("--data") { Description = "The data directory (default: $CONCLAVE_DATA, else the platform's data folder).", HelpName = "DIR", Recursive = true };
        var context = new CommandContext(environment, clock, output, error, Version, data) { Input = input };
        var root = new RootCommand("Three models of three vendors build your project as one team: plan apart, compare, vote, write, test, repair.")
        {
            NewCommand.Create(context),
            ImproveCommand.Create(context),
            DemoCommand.Create(context),
            ListCommand.Create(context),
            ShowCommand.Create(context),
            WatchCommand.Create(context),
            ApproveCommand.Create(context),
            PauseCommand.Create(context),
            ResumeCommand.Create(context),
            CancelCommand.Create(context),
            ForkCommand.Create(context),
            ReplayCommand.Create(context),
            ExportCommand.Create(context),
            ImportCommand.Create(context),
            ServeCommand.Create(context),
            AskCommand.Create(context),
            SimulateCommand.Create(context),
            new Command("keys", "Keep and try the vendors' keys.")
            {
                CheckKeysCommand.Create(context),
                SetKeyCommand.Create(context),
                ListKeysCommand.Create(context),
                RemoveKeyCommand.Create(context),
            },
            new Command("files", "Look at the files in a model's answer.")
            {
                ReadFilesCommand.Create(context),
            },
            ModelsCommand.Create(context),
            new Command("config", "Look at the settings of this machine.") { ShowConfigCommand.Create(context) },
            new Command("workflow", "Look at and check workflow files.")
            {
                ListWorkflowsCommand.Create(context),
                ShowWorkflowCommand.Create(context),
                ValidateCommand.Create(context),
                GraphCommand.Create(context),
                PlanCommand.Create(context),
                SchemaCommand.Create(context),
            },
        };
        root.Options.Add(data);
        return root;
    }
}
