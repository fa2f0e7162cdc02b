using Conclave.Simulator.Scenarios;

namespace Conclave.Simulator;

/// <summary>How a simulator runs.</summary>
public sealed record SimulatorOptions
{
    /// <summary>What the models say.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>Where the ledgers lie; made when it is not there. One simulator uses it at a time.</summary>
    public required string LedgerDirectory { get; init; }

    /// <summary>The port on 127.0.0.1; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The time to the first token, where a rule does not say.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The pace after the first token, where a rule does not say.</summary>
    public int TokensPerSecond { get; init; } = 400;

    /// <summary>The clock of waits and of the ledger.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What is out of range, each with its fix.</summary>
    internal IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Port is < 0 or > 65_535)
        {
            problems.Add($"{nameof(Port)} can't be {Port}: write 0 to 65535");
        }

        if (Latency < TimeSpan.Zero)
        {
            problems.Add($"{nameof(Latency)} can't be {Latency}: write zero or more");
        }

        if (TokensPerSecond < 1)
        {
            problems.Add($"{nameof(TokensPerSecond)} can't be {TokensPerSecond}: write 1 or more");
        }

        if (string.IsNullOrWhiteSpace(LedgerDirectory))
        {
            problems.Add($"{nameof(LedgerDirectory)} is empty: name a folder");
        }

        return problems;
    }
}
