using System.Collections.Immutable;
using System.Runtime.Versioning;
using Conclave.Workspace.Sandbox;

namespace Conclave.Workspace.Verification;

/// <summary>
/// One verification of a project: packages, builds, tests. Every command has a copy of its own, so that none finds what another one left there, but for
/// what builds are meant to leave.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class VerificationRun(ISandbox sandbox, string original, ProjectTree tree, Downloads permission, PackageSources sources) : IDisposable
{
    private const int MostReports = 500;
    private const int MostReportBytes = 4 << 20;

    private readonly PackageFetch fetch = new(sandbox, sources);
    private PackageSupply packages = PackageSupply.None;
    private SandboxTree? built;

    /// <summary>Runs the checks of every stack that the project uses.</summary>
    public async Task<Findings> Run(CancellationToken cancel)
    {
        var stacks = ProjectStacks.Of(tree, sandbox.Has);
        packages = await fetch.Fetch([.. stacks.SelectMany(stack => stack.Installations(tree, sources))], permission, cancel);
        var runs = stacks.Select(stack => new StackRun(stack, tree, stack.Checks(tree, packages), Run)).ToList();
        foreach (var run in runs)
        {
            await run.Build(cancel);
        }

        foreach (var run in runs)
        {
            await run.Test(cancel);
        }

        var tested = runs.SelectMany(run => run.Tested).ToHashSet();
        var untested = tree.Files
            .Where(file => Acceptance.IsTest(file) && !tested.Contains(file))
            .Select(file => new StackGap("other", $"the acceptance test {file} was not run", "write the acceptance tests so that unittest or `node --test` finds them"));
        return new Findings([.. fetch.Commands, .. runs.SelectMany(run => run.Commands)], [.. runs.SelectMany(run => run.Gaps), .. untested], tree.Files.Any(Acceptance.IsCode))
        {
            Notes = [.. runs.SelectMany(run => run.Notes)],
            AcceptanceTestsFound = runs.Select(run => run.AcceptanceTests).FirstOrDefault(count => count is not null),
        };
    }

    /// <summary>Deletes what was fetched and built.</summary>
    public void Dispose()
    {
        fetch.Dispose();
        built?.Dispose();
    }

    private async Task<CommandRun> Run(StackCheck.Command command, CancellationToken cancel)
    {
        using var copy = sandbox.CreateTree();
        TreeCopy.Copy(original, copy, cancel);
        if (built is not null)
        {
            TreeCopy.Copy(built.Path, copy, cancel);
        }

        var run = await sandbox.Run(
            new SandboxCommand(command.Argv, copy)
            {
                WorkingDirectory = command.WorkingDirectory,
                Environment = command.Environment,
                Settings = command.Settings,
                Files = command.Programs.ToImmutableSortedDictionary(name => name, InsideProgram.Read).AddRange(command.Files),
                Layers = [.. packages.Layers.Values.OrderBy(layer => layer.At, StringComparer.Ordinal), .. command.Layers],
                Reports = true,
            },
            cancel);
        if (command.Keeps && run.Outcome == SandboxOutcome.Passed)
        {
            Keep(copy, cancel);
        }

        return new CommandRun(run, command.IsReport is null ? [] : Reports(copy, command.IsReport), packages);
    }

    // What was there stays as it was: a build that writes sources or tests would decide what is tested.
    private void Keep(SandboxTree copy, CancellationToken cancel)
    {
        var kept = built ??= sandbox.CreateTree();
        TreeCopy.Copy(copy.Path, kept, cancel, file => !Acceptance.Has(file) && !Path.Exists(Path.Combine(original, file)) && !Path.Exists(Path.Combine(kept.Path, file)));
    }

    private static ImmutableArray<string> Reports(SandboxTree copy, Func<string, bool> isReport) =>
    [
        .. TreeEntries.Below(copy.Path)
            .Where(entry => !entry.IsDirectory && !entry.IsLink && isReport(Path.GetRelativePath(copy.Path, entry.Path)))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal)
            .Take(MostReports)
            .Select(entry => BoundedText.Read(entry.Path, MostReportBytes)),
    ];
}
