using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Server.Asking;

namespace Conclave.Cli.Asking;

/// <summary>
/// Shows an answer as it comes: its text on stdout, everything else on stderr. On a terminal what would steer it is made visible; elsewhere the text is what
/// the model said, to the byte. Mutable.
/// </summary>
/// <param name="showsText">Whether the text is shown while it comes.</param>
internal sealed class AskView(CommandContext context, bool showsText)
{
    private char last = '\n';
    private string? trouble;

    /// <summary>Something happened.</summary>
    public void Hear(FeedItem item)
    {
        switch (item)
        {
            case FeedItem.Delta delta when showsText:
                if (delta.Offset == 0)
                {
                    EndLine();
                }

                Write(delta.Text);
                break;
            case FeedItem.Entry { Value.Body: EntryBody.AttemptEnded ended }:
                trouble = Trouble(ended.Outcome);
                break;
            case FeedItem.Entry { Value.Body: EntryBody.AttemptStarted { Attempt: > 1 } again }:
                EndLine();
                context.Error.WriteLine($"conclave: {SafeText.Line(trouble ?? "", 300)}; asking again ({EngineText.Snake(again.Why).Replace('_', ' ')})");
                break;
            default:
                break;
        }
    }

    /// <summary>What is said at the end.</summary>
    public async Task End(CallReport report)
    {
        if (report.Value is { } value)
        {
            Write(value.ToJsonString(EngineJson.Indented));
        }

        EndLine();
        await context.Output.FlushAsync();
        if (report.Error is { } error)
        {
            await context.Error.WriteLineAsync($"conclave: {(error.Code is { } code ? code + " " : "")}{SafeText.Line(error.Message)}");
            await context.Error.WriteLineAsync($"  {error.Class}{(error.Status is { } status ? $", status {status}" : "")}, {(error.Retryable ? "may go well when asked again" : "asking again does not help")}{(error.Fix is { } fix ? $": {SafeText.Line(fix)}" : "")}");
        }

        await context.Error.WriteLineAsync(Summary(report));
    }

    private static string Summary(CallReport report) => string.Join(", ", new[]
    {
        $"conclave: {report.Outcome.Replace('_', ' ')}{(report.StopReason is { } reason ? $" ({SafeText.Line(reason, 80)})" : "")}",
        $"{SafeText.Line(report.Provider)} {SafeText.Line(report.ResponseModel ?? report.Model)}",
        report.Usage is { } usage ? Tokens(usage) : "no tokens counted",
        report.InDoubtUsd > 0 ? $"{Figures.Money(report.CostUsd)}, of which {Figures.Money(report.InDoubtUsd)} may not have been billed" : Figures.Money(report.CostUsd),
        Figures.Time(TimeSpan.FromMilliseconds(report.DurationMs)),
        report.Attempts.Length > 1 ? Figures.Plural(report.Attempts.Length, "request") : null,
        report.RequestId is { } id ? $"request {SafeText.Line(id, 120)}" : null,
        report.Simulated is { } scenario ? $"simulated ({SafeText.Line(scenario)})" : null,
    }.OfType<string>());

    private static string Tokens(Usage usage) =>
        $"{Figures.Count(usage.InputTokens)} tokens in ({Figures.Count(usage.CachedInputTokens)} cached), {Figures.Count(usage.OutputTokens)} out ({Figures.Count(usage.ReasoningTokens)} thinking)";

    private static string? Trouble(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Answered => "the answer can't be read",
        CallOutcome.Empty => "the answer is empty",
        CallOutcome.RateLimited limited => $"rate limited: {limited.Message}",
        CallOutcome.Overloaded overloaded => $"no capacity: {overloaded.Message}",
        CallOutcome.NotSent unsent => unsent.Message,
        CallOutcome.Failed failed => $"status {failed.Status}: {failed.Message}",
        CallOutcome.InDoubt doubt => $"{doubt.Message}; that request may have been billed",
        _ => null,
    };

    private void Write(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        context.Output.Write(context.IsTerminal ? SafeText.Of(text) : text);
        context.Output.Flush();
        last = text[^1];
    }

    private void EndLine()
    {
        if (last != '\n')
        {
            Write("\n");
        }
    }
}
