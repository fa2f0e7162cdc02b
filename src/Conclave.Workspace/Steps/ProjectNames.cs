using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Workspace.Files;

namespace Conclave.Workspace.Steps;

/// <summary>
/// The names of a whole project, written or planned, beside which new files must be able to lie on every file system. The same journal gives the
/// same names at every reading of an answer: what a parallel phase accepts meanwhile is not among them, but what it will write by the contract is.
/// </summary>
internal sealed class ProjectNames(ImmutableArray<string> names)
{
    /// <summary>The names as a step of one phase knows them.</summary>
    public static ProjectNames Of(StepContext context, FileOwnership ownership)
    {
        var accepted = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var change in context.State.Changes.Where(change => context.Phase.Ancestors.Contains(change.Phase)).SelectMany(change => change.Files))
        {
            _ = change.Blob is null ? accepted.Remove(change.Path) : accepted.Add(change.Path);
        }

        return new ProjectNames([.. accepted, .. ownership.Planned.Except(accepted, StringComparer.Ordinal)]);
    }

    /// <summary>Why files can't come into the project, in sentences for their author.</summary>
    /// <param name="touched">The names that the answer writes or deletes; it may do so whatever lies there.</param>
    /// <param name="written">Those that it writes.</param>
    public IEnumerable<string> Conflicts(ImmutableArray<string> touched, ImmutableArray<string> written)
    {
        var set = new PathSet();
        set.Reserve(FileOwnership.AcceptanceFolder.TrimEnd('/'));
        foreach (var name in names.Except(touched, StringComparer.Ordinal).Where(name => PathPolicy.Check(name) is null))
        {
            _ = set.Add(name);
        }

        return [.. written.Where(path => PathPolicy.Check(path) is null).Select(path => set.Add(path) is { } problem ? $"`{PathPolicy.Show(path)}` {problem}." : null).OfType<string>()];
    }
}
