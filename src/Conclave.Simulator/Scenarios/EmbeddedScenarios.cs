using System.Collections.Immutable;
using System.Reflection;

namespace Conclave.Simulator.Scenarios;

/// <summary>The scenarios inside the assembly: resources <c>scenarios/NAME/FILE</c>.</summary>
internal static class EmbeddedScenarios
{
    private const string Prefix = "scenarios/";
    private const string Suffix = "/" + ScenarioFiles.MainFile;

    private static readonly Assembly Home = typeof(EmbeddedScenarios).Assembly;

    public static ImmutableArray<string> Names() =>
    [
        .. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    public static FileText Read(string file)
    {
        using var stream = Home.GetManifestResourceStream(Prefix + file);
        if (stream is null)
        {
            return FileText.Missing;
        }

        using var reader = new StreamReader(stream);
        return new FileText(reader.ReadToEnd(), null);
    }
}
