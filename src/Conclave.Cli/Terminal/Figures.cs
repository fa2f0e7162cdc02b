using System.Globalization;
using Conclave.Engine.Budget;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;

namespace Conclave.Cli.Terminal;

/// <summary>How numbers look to people, and sums over a session's calls.</summary>
internal static class Figures
{
    public static string Money(decimal usd) => string.Create(CultureInfo.InvariantCulture, $"${usd:0.0000}");

    public static string Budget(decimal usd) => string.Create(CultureInfo.InvariantCulture, $"${usd:0.00}");

    /// <summary>Thousands apart by a thin space, so that 18 240 is read at a glance.</summary>
    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00} h"),
    };

    /// <summary>How long a session has been worked on, while it runs up to this moment.</summary>
    public static TimeSpan Worked(SessionState state, DateTimeOffset now) =>
        state.Worked + (state.Status == SessionStatus.Running && now > state.Time ? now - state.Time : TimeSpan.Zero);

    /// <summary>The same for a phase that has begun; of one that was kept, how long it took there.</summary>
    public static TimeSpan Worked(SessionState state, PhaseState phase, DateTimeOffset now) => phase switch
    {
        { KeptFrom: not null, StartedAt: { } start, EndedAt: { } end } => end - start,
        { EndedAt: null } => Worked(state, now) - phase.StartedAfter,
        _ => phase.EndedAfter - phase.StartedAfter,
    };

    public static string Age(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < 60 } => "just now",
        { TotalMinutes: < 60 } age => $"{(int)age.TotalMinutes} min ago",
        { TotalHours: < 48 } age => $"{(int)age.TotalHours} h ago",
        var age => $"{(int)age.TotalDays} days ago",
    };

    public static string Plural(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>Tokens, cost and attempts of the calls that a filter lets through; those of kept phases are another session's.</summary>
    public static CallFigures Of(SessionState state, Func<CallState, AttemptState, bool>? include = null)
    {
        var attempts = state.Calls.Values.SelectMany(call => call.Attempts.Where(attempt => attempt.KeptUsd is null && (include?.Invoke(call, attempt) ?? true))).ToList();
        var usage = attempts.Select(attempt => attempt.Outcome?.Tokens).OfType<Usage>().Aggregate(Usage.None, (sum, more) => sum + more);
        return new CallFigures(attempts.Count, usage.InputTokens + usage.OutputTokens, attempts.Sum(attempt => attempt.CostUsd));
    }

    public static CallFigures OfPhase(SessionState state, PhaseId phase) => Of(state, (call, _) => call.Phase == phase);
}

/// <summary>Sums over attempts.</summary>
internal readonly record struct CallFigures(int Attempts, long Tokens, decimal CostUsd)
{
    public override string ToString() => $"{Figures.Count(Tokens)} tokens, {Figures.Money(CostUsd)}";
}
