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

    /// <summary>What the contract and the accepted files say.</summary>
    public static Traceability Of(Requirements requirements, Contract contract, SessionState state)
    {
        var items = contract.AsPlan().Items().Where(item => item.Kind is not ("file" or "test")).ToList();
        var files = state.Files.Values.Where(file => file.Agent is not null).ToList();
        ImmutableArray<TraceRow> rows = [.. requirements.Items.Select(requirement => Row(requirement.Id, items, files, contract, state))];
        return new Traceability(
            rows,
            [.. rows.Where(row => row.Files.IsEmpty || row.Tests.IsEmpty).Select(row => row.Requirement)],
            [.. files.Where(file => file.Requirements.IsEmpty).Select(file => file.Path)]);
    }

    private static TraceRow Row(string id, List<PlanItem> items, List<FileChange> files, Contract contract, SessionState state)
    {
        var own = files.Where(file => file.Requirements.Contains(id) && !file.Path.StartsWith(Tests, StringComparison.Ordinal)).Select(file => file.Path).ToList();
        return new TraceRow(
            id,
            [.. items.Where(item => item.Requirements.Contains(id)).Select(item => item.Id)],
            [.. own],
            [.. contract.AcceptanceTests.Where(test => test.Requirements.Contains(id)).Select(test => $"{test.Id}: {test.Title}")],
            [.. state.Changes.Where(change => change.Files.Any(file => own.Contains(file.Path))).Select(change => change.Step.Length == 0 ? change.Phase.Value : $"{change.Phase} ({change.Step})").Distinct(StringComparer.Ordinal)]);
    }
}

/// <summary>What belongs to one requirement.</summary>
/// <param name="Commits">By the phases that made them, as the commits' titles begin: each accepted phase is one commit.</param>
public sealed record TraceRow(string Requirement, ImmutableArray<string> Items, ImmutableArray<string> Files, ImmutableArray<string> Tests, ImmutableArray<string> Commits);
