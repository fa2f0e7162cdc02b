using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Storage.Bundles;

namespace Conclave.Cli;

/// <summary>Reads an exported session.</summary>
internal static class SessionFile
{
    /// <summary>The session in the file, checked whole.</summary>
    public static Refusable<SessionBundle> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return BundleReader.Read(stream) switch
            {
                BundleReading.Read read => read.Bundle,
                BundleReading.Refused refused => new Refusal(RefusalKind.Invalid, $"{refused.Finding}\nnothing of {path} was used", refused.Finding.Fix),
                _ => throw new InvalidOperationException("No rule for this reading."),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Refusal(error is FileNotFoundException or DirectoryNotFoundException ? RefusalKind.NotFound : RefusalKind.Invalid, $"CONC708 {path} can't be read: {error.Message}");
        }
    }
}
