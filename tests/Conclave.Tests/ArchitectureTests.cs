using System.Reflection;
using System.Xml.Linq;

namespace Conclave.Tests;

/// <summary>The arrows between the projects, as the projects and the built assemblies have them.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Conclave.Engine"] = [],
        ["Conclave.Storage"] = ["Conclave.Engine"],
        ["Conclave.Agents"] = ["Conclave.Engine"],
        ["Conclave.Workspace"] = ["Conclave.Engine"],
        ["Conclave.Simulator"] = ["Conclave.Engine"],
        ["Conclave.Server"] = ["Conclave.Agents", "Conclave.Engine", "Conclave.Simulator", "Conclave.Storage", "Conclave.Workspace"],
        ["Conclave.Cli"] = ["Conclave.Agents", "Conclave.Engine", "Conclave.Server", "Conclave.Simulator", "Conclave.Storage", "Conclave.Workspace"],
    };

    /// <summary>What would make the Engine depend on a machine: HTTP, databases, processes.</summary>
    private static readonly string[] Impure = ["System.Net.Http", "Microsoft.Data.Sqlite", "Microsoft.AspNetCore", "System.Diagnostics.Process", "System.Net.Sockets", "OpenAI", "Anthropic"];

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_below_it(string project)
    {
        var references = XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_built_assembly_uses_only_those_below_it(string project)
    {
        var used = Load(project).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Conclave.", StringComparison.Ordinal));

        Assert.Empty(used.Except(Allowed[project]));
    }

    [Fact]
    public void Every_project_has_its_arrows_listed_here() =>
        Assert.Equal(Allowed.Keys.Order(), Repository.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void The_engine_knows_no_machine()
    {
        var used = Load("Conclave.Engine").GetReferencedAssemblies().Select(name => name.Name!).ToList();

        Assert.DoesNotContain(used, name => Impure.Any(part => name.StartsWith(part, StringComparison.Ordinal)));
        var banned = Repository.Read("src/Conclave.Engine/BannedSymbols.txt");
        Assert.All(
            ["P:System.DateTimeOffset.UtcNow", "T:System.Random", "T:System.IO.File", "T:System.Environment", "T:System.Diagnostics.Process", "M:System.Guid.NewGuid"],
            symbol => Assert.Contains(symbol, banned, StringComparison.Ordinal));
    }

    private static Assembly Load(string project) =>
        Assembly.Load(project == "Conclave.Cli" ? "conclave" : project);
}
