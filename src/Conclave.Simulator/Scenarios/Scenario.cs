using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>What the simulated models say: rules of which the first that fits a call answers it.</summary>
/// <param name="Description">One line for people.</param>
public sealed record Scenario(string Name, string Description, ImmutableArray<ScenarioRule> Rules)
{
    /// <summary>The scenarios that come with the program, in order.</summary>
    public static ImmutableArray<string> BuiltInNames { get; } = EmbeddedScenarios.Names();

    /// <summary>A scenario that comes with the program.</summary>
    /// <exception cref="ArgumentException">There is none of this name; see <see cref="BuiltInNames"/>.</exception>
    /// <exception cref="InvalidDataException">It is not valid; a mistake in the program.</exception>
    public static Scenario BuiltIn(string name)
    {
        if (!BuiltInNames.Contains(name))
        {
            throw new ArgumentException($"There is no built-in scenario `{name}` ({NearMiss.Suggest(name, BuiltInNames)}).", nameof(name));
        }

        var read = ScenarioReader.Read(ScenarioFiles.Embedded(name));
        return read.IsValid ? read.Value! : throw new InvalidDataException(string.Join('\n', read.Problems));
    }

    /// <summary>Reads a scenario and its reply files from disk: all problems at once.</summary>
    /// <param name="path">The YAML file, or a directory that holds <c>scenario.yaml</c>.</param>
    public static Checked<Scenario> Load(string path) =>
        ScenarioReader.Read(ScenarioFiles.OnDisk(Directory.Exists(path) ? Path.Combine(path, ScenarioFiles.MainFile) : path));

    /// <summary>The rules that fit a call in everything but <c>nth</c>, with their places.</summary>
    internal ImmutableArray<(int Index, ScenarioRule Rule)> Fitting(Vendor vendor, string? task, string prompt) =>
        [.. Rules.Select((rule, index) => (index, rule)).Where(pair => pair.rule.Match.Fits(vendor, task, prompt))];
}
