using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Ledgers;

/// <summary>The ledger of one scope while a simulator runs: it numbers the calls and counts them for <c>nth</c>, going on from its file. Thread-safe.</summary>
internal sealed class ScopeLedger : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly LedgerFile file;
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private int number;

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public ScopeLedger(string path, TimeProvider clock)
    {
        this.clock = clock;
        foreach (var received in Ledger.Lines(path).Select(line => line.Line).OfType<LedgerLine.Received>())
        {
            number = Math.Max(number, received.Number);
            Count(received.Fits);
        }

        file = new LedgerFile(path);
    }

    /// <summary>Chooses the rule for a call and notes both, on the disk when this returns.</summary>
    public async Task<ReceivedCall> Receive(Question question, Scenario scenario)
    {
        var fitting = scenario.Fitting(question.Vendor, question.Task, question.Prompt);
        ImmutableArray<string> signatures = [.. fitting.Select(pair => pair.Rule.Match.Signature).Distinct(StringComparer.Ordinal)];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question.Prompt)));
        LedgerLine.Received line;
        ScenarioRule? rule;
        long position;
        lock (gate)
        {
            Count(signatures);
            (var index, rule) = fitting.FirstOrDefault(pair => pair.Rule.Match.Nth is not { } nth || nth == counts[pair.Rule.Match.Signature]);
            line = new LedgerLine.Received(question.Vendor, question.Task, question.Model, rule is null ? null : index, sha256, question.Streamed, signatures)
            {
                Number = ++number,
                Time = clock.GetUtcNow(),
            };
            position = file.Append(line);
        }

        await file.Flushed(position);
        return new ReceivedCall(line.Number, line.Time, sha256, rule);
    }

    /// <summary>Notes how a call ended.</summary>
    public void Complete(int call, string outcome, int inputTokens, int outputTokens)
    {
        lock (gate)
        {
            file.Append(new LedgerLine.Completed(outcome, inputTokens, outputTokens) { Number = call, Time = clock.GetUtcNow() });
        }
    }

    public void Dispose() => file.Dispose();

    private void Count(ImmutableArray<string> signatures)
    {
        foreach (var signature in signatures)
        {
            counts[signature] = counts.GetValueOrDefault(signature) + 1;
        }
    }
}

/// <summary>A call that is in the ledger.</summary>
/// <param name="Rule">What answers it; null when nothing fits.</param>
internal sealed record ReceivedCall(int Number, DateTimeOffset Time, string PromptSha256, ScenarioRule? Rule);
