using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Workspace.Answers;
using Conclave.Workspace.Files;
using Conclave.Workspace.Git;
using Conclave.Workspace.Verification;

namespace Conclave.Workspace.Steps;

/// <summary><c>uses: verify</c>: builds and tests the project in the sandbox, and has it repaired until its tests pass or the ladder ends.</summary>
/// <param name="failpoint">Told when a check begins and ends.</param>
public sealed class VerifyStep(ProjectCheck check, Action<string> failpoint) : IStep
{
    private const int MaxExcerpt = 12_000;
    private const int MaxLine = 400;

    /// <summary>What the planner knows about it.</summary>
    public static StepKind Definition { get; } = new("verify")
    {
        With = ImmutableDictionary<string, bool>.Empty.Add("repair", false).Add("repair_usd", false).Add("baseline", false).Add(ProjectCheck.Parameter, false),
        Check = InstallParameter.Check,
        Output = RecordSchemas.Of<VerifyOutput>("verification"),
        Prompts = ["repair"],
        Reads = ["contract", "repository"],
        Questions = [new StepQuestions("repair", AskedAgents.AnyOne, (phase, _) => RepairLadder.MaxRungs(phase.With.GetValueOrDefault("repair")))],
    };

    /// <inheritdoc />
    public StepKind Kind => Definition;

    /// <inheritdoc />
    public async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var ladder = RepairLadder.Read(context.With("repair"), context.With("repair_usd"));
        var ownership = FileOwnership.Of(context);
        var baseline = context.With("baseline")?.Deserialize<Baseline>(EngineJson.Options);
        var texts = await ProjectTexts.Load(context, cancel);
        if (Conflicts(texts) is { IsEmpty: false } conflicts)
        {
            return new StepResult.Failed("CONC620", $"the files of parallel steps can't lie beside each other: {string.Join(' ', conflicts.Take(5))}");
        }

        var repairs = new List<Repair>();
        while (true)
        {
            var seen = await Check(context, texts, repairs.Count + 1, cancel);
            var report = baseline?.Judge(seen) ?? seen;
            var fingerprint = FailureFingerprint.Of(report) ?? "";
            if (report.Outcome != VerificationOutcome.Red)
            {
                return Passed(report, repairs);
            }

            if (repairs.Sum(repair => repair.CostUsd) is var spent && ladder.IsSpent(spent))
            {
                return StillRed(report, repairs, string.Create(CultureInfo.InvariantCulture, $", which cost ${spent:0.00} of the ${ladder.BudgetUsd:0.00} for repairs"));
            }

            if (ladder.Next([.. repairs.Select(repair => (repair.Rung, repair.Fingerprint))], fingerprint) is not { } rung)
            {
                return StillRed(report, repairs, "");
            }

            var repaired = await Mend(context, ladder.Rungs[rung], report, texts, ownership, repairs, cancel);
            repairs.Add(repaired with { Rung = rung, Kind = ladder.Rungs[rung], Fingerprint = fingerprint, Failure = report.Reason });
            texts = texts.With(repaired.Files);
        }
    }

    /// <summary>Why the files can't be laid out. Acceptance tests come first, so that whatever does not go together with them is the one in the wrong.</summary>
    internal static ImmutableArray<string> Conflicts(ProjectTexts texts) => PathPolicy.CheckSet(texts.Blobs
        .OrderBy(file => !file.Key.StartsWith(FileOwnership.AcceptanceFolder, StringComparison.Ordinal))
        .ThenBy(file => file.Key, StringComparer.Ordinal)
        .Select(file => (file.Key, (long)file.Value.Content.Content.Length)));

    // Running the tests again after a crash costs time and nothing else, so there is nothing to probe.
    private async Task<VerificationReport> Check(StepContext context, ProjectTexts texts, int number, CancellationToken cancel)
    {
        var permission = await check.Permission(context, texts, number == 1 ? ProjectCheck.Parameter : $"{ProjectCheck.Parameter}-{number}", cancel);
        return await context.Once(
            $"check-{number}",
            _ => Task.FromResult<VerificationReport?>(null),
            async token =>
            {
                failpoint("check:start");
                try
                {
                    return await check.Run(context, texts, $"check-{number}", permission, token);
                }
                finally
                {
                    failpoint("check:end");
                }
            },
            cancel);
    }

    private static async Task<Repair> Mend(
        StepContext context, RepairRung rung, VerificationReport report, ProjectTexts texts, FileOwnership ownership, List<Repair> before, CancellationToken cancel)
    {
        var author = SuspectedAuthor.Of(report, texts, context.State);
        var agent = rung == RepairRung.OtherVendor ? OtherVendors.Substitute(context.State, author) : author;
        var fresh = rung == RepairRung.Fresh;
        var failure = $"{(report.Commands.Any(command => command.IsRed) ? "" : $"{report.Reason}\n\n")}{FailureExcerpt.Of(report, MaxExcerpt)}";
        var isWhole = context.State.Created.Settings.Base is null;
        var prompt = context.Render("repair", new JsonObject
        {
            ["rung"] = RungName(rung),
            ["contract"] = fresh ? "(left out on purpose: look at the failure and the files with fresh eyes)" : context.Outputs("contract")[^1].Output,
            ["failure"] = failure,
            ["history"] = fresh || before.Count == 0 ? "(none)" : string.Join("\n\n", before.Select((repair, i) => $"{i + 1}. {repair.Agent.Id}: {repair.Explanation}\nchanged: {string.Join(", ", repair.Files.Select(file => file.Change.Path))}\nand the tests still fail.")),
            // Of a repository that was there only what was changed, is planned or failed; all of it may be more than anybody can read.
            ["files"] = texts.Render(file => !file.Path.StartsWith("docs/", StringComparison.Ordinal)
                && (isWhole || file.Agent is not null || ownership.OwnerOf(file.Path) is not null || failure.Contains(file.Path, StringComparison.Ordinal))),
        });
        var answer = await context.Ask(
            new AskRequest<FileSet>($"repair-{before.Count + 1}", agent, "repair", prompt, text => FileSet.Read(text, path => Refusal(path, ownership), [], new ProjectNames([.. texts.Blobs.Keys]), texts.Text)), cancel);
        return new Repair(answer.Agent, OneLine.Of(AnswerOutline.Prose(answer.Text), MaxLine), answer.Value.By(answer.Agent, ownership), answer.CostUsd);
    }

    // A repair may touch the files of any part, but never the acceptance tests or the records.
    private static string? Refusal(string path, FileOwnership ownership) =>
        ownership.Refusal(ownership.OwnerOf(path) is { } owner and not FileOwnership.Acceptance ? owner : "", path);

    private static StepResult.Succeeded Passed(VerificationReport report, List<Repair> repairs)
    {
        var verified = report.Outcome == VerificationOutcome.Verified;
        var verdict = verified ? Verdict.Verified : Verdict.Unverified;
        var reason = report.Fix is { } fix ? $"{report.Reason} ({fix})" : report.Reason;
        return new StepResult.Succeeded(Output(report, verdict, repairs))
        {
            Verification = Seen(report, verdict, reason, repairs),
            Files = Merged(repairs),
            Notes = report.Notes,
        };
    }

    private static StepResult.Failed StillRed(VerificationReport report, List<Repair> repairs, string spent) =>
        new("CONC601", $"the tests stay red after {repairs.Count} repairs{spent}: {report.Reason}")
        {
            Verification = Seen(report, Verdict.Unverified, report.Reason, repairs),
            Files = Merged(repairs),
        };

    private static VerificationSummary Seen(VerificationReport report, Verdict verdict, string reason, List<Repair> repairs) =>
        new(verdict, reason, report.Tests.Passed, report.Tests.Failed, StoredText.From(JsonSerializer.Serialize(report, EngineJson.Options)))
        {
            Repairs = repairs.Count == 0 ? null : [.. repairs.Select(repair => repair.ToRecord())],
        };

    private static JsonNode? Output(VerificationReport report, Verdict verdict, List<Repair> repairs) => JsonSerializer.SerializeToNode(
        new VerifyOutput(
            verdict,
            report.Reason,
            report.Tests.Passed,
            report.AcceptanceTests.Passed,
            [.. repairs.Select(repair => repair.ToRecord())]),
        EngineJson.Options);

    // Of several repairs of one file the last one counts.
    private static ImmutableArray<WrittenFile> Merged(List<Repair> repairs) =>
        [.. repairs.SelectMany(repair => repair.Files).Reverse().DistinctBy(file => file.Change.Path).OrderBy(file => file.Change.Path, StringComparer.Ordinal)];

    private static string RungName(RepairRung rung) => rung switch
    {
        RepairRung.Same => "same",
        RepairRung.Fresh => "fresh",
        _ => "other-vendor",
    };

    private sealed record Repair(Agent Agent, string Explanation, ImmutableArray<WrittenFile> Files, decimal CostUsd)
    {
        public int Rung { get; init; }

        public RepairRung Kind { get; init; }

        public string Fingerprint { get; init; } = "";

        public string Failure { get; init; } = "";

        public RepairRecord ToRecord() =>
            new(RungName(Kind), Agent.Id, Agent.Model, OneLine.Of(Failure, MaxLine), Fingerprint, Explanation, [.. Files.Select(file => file.Change.Path)], CostUsd);
    }
}
