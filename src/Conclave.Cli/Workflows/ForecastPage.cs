using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conclave.Cli.Terminal;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Cli.Workflows;

/// <summary>What a run can come to, as one page for people, 80 columns wide.</summary>
internal static class ForecastPage
{
    private const int Width = 80;

    public static string Render(LoadedWorkflow loaded, WorkflowForecast forecast, ImmutableArray<AgentSeat> seats, bool hasKeys)
    {
        var text = new StringBuilder();
        Line(text, $"{loaded.Workflow.Name} ({loaded.Source.File})");
        Line(text, $"{Figures.Plural(forecast.Phases.Length, "phase")} in {Figures.Plural(forecast.Waves, "wave")}, at most {Figures.Plural(forecast.Width, "step")} side by side, budget {Figures.Budget(forecast.BudgetUsd)}");
        text.Append("\nagents\n");
        foreach (var seat in seats)
        {
            var standsIn = seat.StandsInFor is { } vendor ? $" (stands in: no key for {vendor})" : "";
            Line(text, $"  {seat.Agent.Id}: {seat.Agent.Provider} {seat.Agent.Model}{standsIn}");
        }

        if (!hasKeys)
        {
            text.Append("  There is no key for any vendor; these are the models that the workflow names.\n");
        }

        text.Append("\nwave  phase             asks                         limit    answers  at worst\n");
        foreach (var phase in forecast.Phases.OrderBy(phase => phase.Wave))
        {
            Append(text, phase);
        }

        text.Append('\n');
        foreach (var line in Summary(forecast))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, PhaseForecast phase)
    {
        var start = $"{phase.Wave.ToString(CultureInfo.InvariantCulture),4}  {SafeText.Line(phase.Id.Value, 16),-16}";
        if (phase.IsSkipped)
        {
            text.Append($"{start}  (skipped: its condition is false with these inputs)\n");
        }
        else if (phase.Questions is not { IsEmpty: false } questions)
        {
            text.Append($"{start}  {(phase.Questions is null ? $"(nobody can say before the run what `{phase.Uses}` asks)" : $"{phase.Uses}: asks nobody")}\n");
        }
        else
        {
            foreach (var (question, index) in questions.Select((question, index) => (question, index)))
            {
                var per = question.Per is { } each ? $"/{each}" : "";
                var asks = $"{question.Count} x {question.Agent?.Value ?? "any"}: {question.Task}{per}";
                text.Append($"{(index == 0 ? start : new string(' ', 22))}  {SafeText.Line(asks, 27),-27} {Figures.Count(question.AnswerTokens),7} {Money(question.Cost?.AnswersUsd),10} {Money(question.Cost?.WorstUsd),9}\n");
            }
        }
    }

    private static IEnumerable<string> Summary(WorkflowForecast forecast)
    {
        if (forecast.Total is { } total)
        {
            yield return $"Every answer at its limit: {Figures.Budget(total.AnswersUsd)}, and what is sent on top.";
            yield return $"At worst, with questions that fill the models' windows: {Figures.Budget(total.WorstUsd)}.";
        }
        else
        {
            yield return "There is no bound on the whole: a price or the number of questions is not known.";
        }

        foreach (var per in forecast.Phases.Where(phase => !phase.IsSkipped).SelectMany(phase => phase.Questions ?? []).Where(question => question.Per is not null).GroupBy(question => question.Per))
        {
            var costs = per.Select(question => question.Cost).ToList();
            var answers = costs.Contains(null) ? "?" : Figures.Budget(costs.Sum(cost => cost!.AnswersUsd));
            var worst = costs.Contains(null) ? "?" : Figures.Budget(costs.Sum(cost => cost!.WorstUsd));
            yield return $"On top, for each {per.Key}: {answers}; at worst {worst}.";
        }

        yield return "Repeated, continued and second questions cost again.";
        yield return $"Whatever comes, the session stops before it costs more than {Figures.Budget(forecast.BudgetUsd)}.";
    }

    private static string Money(decimal? usd) => usd is { } known ? Figures.Budget(known) : "?";

    private static void Line(StringBuilder text, string line)
    {
        var leading = line.Length - line.TrimStart().Length;
        text.Append(' ', leading).Append(SafeText.Line(line, Width - leading)).Append('\n');
    }
}
