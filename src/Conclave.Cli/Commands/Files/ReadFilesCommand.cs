using System.CommandLine;
using Conclave.Server.Hosting;
using Conclave.Workspace.Answers;
using Conclave.Workspace.Files;

namespace Conclave.Cli.Commands.Files;

/// <summary><c>conclave files read</c>: shows what would be read out of a model's answer. Nothing is written.</summary>
internal static class ReadFilesCommand
{
    // No model answers with more than this.
    private const long MaxBytes = 64 << 20;

    public static Command Create(CommandContext context)
    {
        var answer = new Argument<string>("answer") { Description = "A file with the answer, or - for stdin.", HelpName = "FILE|-" };
        var project = new Option<string?>("--base") { Description = "The project that edits in the answer apply to (default: edits are shown as they are).", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("read", "Show the files, edits and problems in a model's answer. Nothing is written.") { answer, project, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var (text, refusal) = await Text(parsed.GetRequiredValue(answer), cancel);
            if (text is null)
            {
                return await context.Refuse(refusal!);
            }

            var folder = parsed.GetValue(project);
            if (folder is not null && !Directory.Exists(folder))
            {
                return await context.Refuse(new Refusal(RefusalKind.Invalid, $"CONC741 there is no directory {folder}", "name the project's directory with --base"));
            }

            var reading = FileSetReader.Read(text, folder is null ? null : new ProjectFolder(Path.GetFullPath(folder)).Text);
            var page = new FilesPage(reading);
            await context.Output.WriteAsync(parsed.GetValue(json) ? page.Json() : page.Text());
            foreach (var line in page.Remarks())
            {
                await context.Error.WriteLineAsync(line);
            }

            return reading.HoldsNothing ? ExitCode.NotFound : page.Problems.IsEmpty ? ExitCode.Succeeded : ExitCode.Invalid;
        });
        return command;
    }

    private static async Task<(string? Text, Refusal? Refusal)> Text(string file, CancellationToken cancel)
    {
        try
        {
            if (file == "-")
            {
                return (await Console.In.ReadToEndAsync(cancel), null);
            }

            return new FileInfo(file).Length > MaxBytes
                ? (null, new Refusal(RefusalKind.Invalid, $"CONC740 {file} is larger than {MaxBytes >> 20} MB, which no answer is", "name a file with one answer"))
                : (await File.ReadAllTextAsync(file, cancel), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, new Refusal(RefusalKind.Invalid, $"CONC740 {file} can't be read: {error.Message.TrimEnd('.')}", "name a file that you may read, or - for stdin"));
        }
    }

    /// <summary>The files of a project as they are, without following links.</summary>
    private sealed class ProjectFolder(string root)
    {
        public string? Text(string path)
        {
            if (PathPolicy.Check(path) is not null)
            {
                return null;
            }

            var at = root;
            foreach (var part in path.Split('/'))
            {
                at = Path.Combine(at, part);
                if (new FileInfo(at).LinkTarget is not null)
                {
                    return null;
                }
            }

            return new FileInfo(at) is { Exists: true, Length: <= PathPolicy.MaxFileBytes } ? File.ReadAllText(at) : null;
        }
    }
}
