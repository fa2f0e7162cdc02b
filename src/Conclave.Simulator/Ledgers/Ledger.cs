using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine;

namespace Conclave.Simulator.Ledgers;

/// <summary>Reads what a simulator noted of its calls: one NDJSON file per scope, also while the simulator writes it.</summary>
public static class Ledger
{
    /// <summary>The ledger file of a scope.</summary>
    public static string FileOf(string ledgerDirectory, string scope) => Path.Combine(ledgerDirectory, scope + ".ndjson");

    /// <summary>All calls in the order of their numbers; none when there is no file yet. A last line that is not whole is left out.</summary>
    /// <exception cref="InvalidDataException">A line is damaged, a number comes twice, or a call ended that never began.</exception>
    public static ImmutableArray<LedgerCall> Read(string file)
    {
        var calls = new SortedDictionary<int, LedgerCall>();
        foreach (var (place, line) in Lines(file))
        {
            switch (line)
            {
                case LedgerLine.Received at when calls.TryAdd(at.Number, Call(at)):
                    break;
                case LedgerLine.Completed at when calls.TryGetValue(at.Number, out var call) && call.End is null:
                    calls[at.Number] = call with { End = new CallEnd(at.Time, at.Outcome, at.InputTokens, at.OutputTokens) };
                    break;
                default:
                    throw new InvalidDataException($"{file}:{place}: call {line.Number} is received or completed twice, or completed without being received.");
            }
        }

        return [.. calls.Values];
    }

    /// <summary>The whole lines of a ledger file with their places, from 1.</summary>
    internal static IEnumerable<(int Place, LedgerLine Line)> Lines(string file)
    {
        if (!File.Exists(file))
        {
            yield break;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n');

        // What follows the last line feed was torn off by a crash or is being written just now.
        for (var i = 0; i < lines.Length - 1; i++)
        {
            yield return (i + 1, Parse(lines[i], file, i + 1));
        }
    }

    private static LedgerLine Parse(string line, string file, int place)
    {
        try
        {
            return JsonSerializer.Deserialize<LedgerLine>(line, EngineJson.Options) ?? throw new JsonException("the line is null");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{file}:{place}: this is no line of a ledger: {error.Message}", error);
        }
    }

    private static LedgerCall Call(LedgerLine.Received at) =>
        new(at.Number, at.Time, at.Vendor, at.Task, at.Model, at.Rule, at.PromptSha256, at.Streamed, null);
}
