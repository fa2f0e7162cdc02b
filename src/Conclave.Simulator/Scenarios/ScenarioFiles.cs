namespace Conclave.Simulator.Scenarios;

/// <summary>A scenario's texts, wherever they lie.</summary>
/// <param name="Name">The scenario's own file, as problems name it.</param>
/// <param name="Main">The scenario itself.</param>
/// <param name="Beside">Reads a file by its path relative to the scenario's folder.</param>
internal sealed record ScenarioFiles(string Name, FileText Main, Func<string, FileText> Beside)
{
    /// <summary>The name of a scenario's own file when a folder is given.</summary>
    public const string MainFile = "scenario.yaml";

    public static ScenarioFiles Embedded(string name) =>
        new($"{name}/{MainFile}", EmbeddedScenarios.Read($"{name}/{MainFile}"), file => EmbeddedScenarios.Read($"{name}/{file}"));

    public static ScenarioFiles OnDisk(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new ScenarioFiles(path, Read(path), file => Read(Path.Combine(folder, file)));
    }

    private static FileText Read(string path)
    {
        try
        {
            return new FileText(File.ReadAllText(path), null);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileText.Missing;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new FileText(null, error.Message);
        }
    }
}

/// <summary>The text of a file, or why there is none.</summary>
internal readonly record struct FileText(string? Text, string? Reason)
{
    public static FileText Missing { get; } = new(null, "there is no such file");
}
