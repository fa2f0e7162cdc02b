using System.Collections.Immutable;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Engine.Council;

/// <summary>From each requirement to what was planned for it, the files that serve it, the tests that check it and the commits that brought it.</summary>
/// <param name="Uncovered">Requirements that no file serves or no acceptance test checks.</param>
/// <param name="Orphans">Files of agents that serve no requirement.</param>
public sealed record Traceability(ImmutableArray<TraceRow> Rows, ImmutableArray<string> Uncovered, ImmutableArray<string> Orphans)
{
    private const string Tests = "tests/acceptance/";
    private const int ShortId = 10;

    /// <summary>What the contract and the accepted files say.</summary>
    /// <param name="commits">The id of each change's commit, in their order; none when they are not known, so that only the phases are named.</param>
    public static Traceability Of(Requirements requirements, Contract contract, SessionState state, ImmutableArray<string> commits = default)
    {
        var items = contract.AsPlan().Items().Where(item => item.Kind is not ("file" or "test")).ToList();
        var files = state.Files.Values.Where(file => file.Agent is not null).ToList();
        ImmutableArray<TraceRow> rows = [.. requirements.Items.Select(requirement => Row(requirement.Id, items, files, contract, state, commits.IsDefault ? [] : commits))];
        return new Traceability(
            rows,
            [.. rows.Where(row => row.Files.IsEmpty || row.Tests.IsEmpty).Select(row => row.Requirement)],
            [.. files.Where(file => file.Requirements.IsEmpty).Select(file => file.Path)]);
    }

    private static TraceRow Row(string id, List<PlanItem> items, List<FileChange> files, Contract contract, SessionState state, ImmutableArray<string> commits)
    {
        var own = files.Where(file => file.Requirements.Contains(id) && !file.Path.StartsWith(Tests, StringComparison.Ordinal)).Select(file => file.Path).ToList();
        return new TraceRow(
            id,
            [.. items.Where(item => item.Requirements.Contains(id)).Select(item => item.Id)],
            [.. own],
            [.. contract.AcceptanceTests.Where(test => test.Requirements.Contains(id)).Select(test => $"{test.Id}: {test.Title}")],
            [.. state.Changes.Index().Where(change => change.Item.Files.Any(file => own.Contains(file.Path))).Select(change => Commit(change.Item, change.Index < commits.Length ? commits[change.Index] : null)).Distinct(StringComparer.Ordinal)]);
    }

    private static string Commit(AcceptedChange change, string? id)
    {
        var place = change.Step.Length == 0 ? change.Phase.Value : $"{change.Phase} ({change.Step})";
        return id is null ? place : $"{id[..Math.Min(ShortId, id.Length)]} {place}";
    }
}

/// <summary>What belongs to one requirement.</summary>
/// <param name="Commits">Their short ids where those are known, with the phases that made them, as the commits' titles begin: each accepted phase is one commit.</param>
public sealed record TraceRow(string Requirement, ImmutableArray<string> Items, ImmutableArray<string> Files, ImmutableArray<string> Tests, ImmutableArray<string> Commits);
