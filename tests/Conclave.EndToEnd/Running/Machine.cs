using System.Diagnostics;

namespace Conclave.EndToEnd.Running;

/// <summary>A machine that has never seen Conclave: an empty home, an empty data directory, an empty folder to work in, and the real program.</summary>
internal sealed class Machine : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "conclave.dll");

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("conclave-e2e-");

    public Machine()
    {
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Folder);
    }

    /// <summary>What the programs started here see besides PATH and HOME.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The search path; the test's own by default.</summary>
    public string SearchPath { get; init; } = System.Environment.GetEnvironmentVariable("PATH")!;

    public string Root => root.FullName;

    public string Home => Path.Combine(Root, "home");

    public string Data => Path.Combine(Root, "data");

    /// <summary>Where the commands are run.</summary>
    public string Folder => Path.Combine(Root, "work");

    public string In(string name) => Path.Combine(Folder, name);

    /// <summary>Runs <c>conclave</c> to its end.</summary>
    public Task<Finished> Conclave(params string[] arguments) => Start(arguments).End();

    /// <summary><c>conclave</c> for a shell's command line.</summary>
    public static string Command => $"dotnet '{Program}'";

    /// <summary><c>conclave</c> as a list of arguments.</summary>
    public static string[] CommandLine => ["dotnet", Program];

    /// <summary>Starts <c>conclave</c>.</summary>
    public RunningProcess Start(params string[] arguments) => StartProgram("dotnet", [Program, .. arguments], Folder);

    /// <summary>Runs any program to its end.</summary>
    public Task<Finished> Run(string program, string directory, params string[] arguments) => StartProgram(program, arguments, directory).End();

    public RunningProcess StartProgram(string program, IEnumerable<string> arguments, string directory) => new(StartProcess(program, arguments, directory));

    /// <summary>Starts any program; its input is open.</summary>
    public Process StartProcess(string program, IEnumerable<string> arguments, string directory)
    {
        // A shell starts what it runs in the background with interrupts ignored, and children inherit that; a terminal's programs get them.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", program, .. arguments])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["PATH"] = SearchPath;
        start.Environment["HOME"] = Home;
        start.Environment["CONCLAVE_DATA"] = Data;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        return Process.Start(start)!;
    }

    public void Dispose() => root.Delete(recursive: true);
}

/// <summary>How a program ended and what it said.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    /// <summary>For messages of assertions.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Error}";
}
