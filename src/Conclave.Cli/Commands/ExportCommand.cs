using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Storage.Bundles;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave export ID</c>: a session as one file.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write (default: ID.zip here). One that exists is not written over.", HelpName = "FILE" };
        var command = new Command("export", "Write a session to a file, with everything in it: to keep, to send, to look at elsewhere.") { id, output };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var journal = context.Reader(parsed);
            var (summary, none) = await SessionLookup.Find(journal, parsed.GetRequiredValue(id), cancel);
            if (summary is null)
            {
                return await context.Refuse(none!);
            }

            var file = Path.GetFullPath(parsed.GetValue(output) is { Length: > 0 } given ? given : $"{summary.Id}.zip");
            var bundle = await SessionBundle.Of(journal!, summary.Id, cancel);
            try
            {
                await Write(bundle, context.Version, file, cancel);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return await context.Refuse(new Refusal(RefusalKind.Invalid, $"CONC714 {file} can't be written: {error.Message}", "choose another with --output"));
            }

            await context.Error.WriteLineAsync($"conclave: {summary.Id}: {Figures.Plural(bundle.Entries.Length, "entry", "entries")} and {Figures.Plural(bundle.Blobs.Count, "blob")}. It holds every prompt and every answer, but no keys.");
            await context.Output.WriteLineAsync(SafeText.Line(file));
            return ExitCode.Succeeded;
        });
        return command;
    }

    // Beside it first, then into place: a file of this name is whole or not there.
    private static async Task Write(SessionBundle bundle, string version, string file, CancellationToken cancel)
    {
        var part = $"{file}.part";
        try
        {
            using var content = new MemoryStream();
            BundleFile.Write(bundle, version, content);
            content.Seek(0, SeekOrigin.Begin);
            await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write))
            {
                await content.CopyToAsync(stream, cancel);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, file, overwrite: false);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
