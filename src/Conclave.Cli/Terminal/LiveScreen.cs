using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Conclave.Cli.Terminal;

/// <summary>What the live view shows: the last state, and what each agent is writing. Thread-safe.</summary>
internal sealed class LiveScreen(TimeProvider clock)
{
    private const int WordsKept = 400;
    private const int NewsKept = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<AgentId, (DoorKey Call, string Words)> words = [];
    private readonly Queue<string> news = [];
    private readonly Dictionary<DoorKey, FeedItem.Waiting> waits = [];
    private SessionState? state;

    public void Take(FeedItem item)
    {
        lock (gate)
        {
            switch (item)
            {
                case FeedItem.Entry entry:
                    state = entry.State;
                    Note(entry.Value);
                    break;
                case FeedItem.Waiting { Wait: null } over:
                    waits.Remove(over.Call);
                    break;
                case FeedItem.Waiting waiting:
                    waits[waiting.Call] = waiting;
                    break;
                case FeedItem.Delta delta:
                    var before = words.TryGetValue(delta.Agent, out var last) && last.Call == delta.Call && delta.Offset > 0 ? last.Words : "";
                    var now = before + delta.Text;
                    words[delta.Agent] = (delta.Call, now.Length > WordsKept ? now[^WordsKept..] : now);
                    break;
                default:
                    break;
            }
        }
    }

    public IRenderable Draw()
    {
        lock (gate)
        {
            return state is null ? new Text("") : new Rows(Head(state), new Text(""), Phases(state), new Text(""), Agents(state), new Text(""), Waits(), News(), Gates(state), Foot(state));
        }
    }

    // What the other parts of the screen do not show: decisions, waits, tests, trouble.
    private void Note(JournalEntry entry)
    {
        if (entry.Body is EntryBody.SessionCreated or EntryBody.PhaseStarted or EntryBody.PhaseSucceeded or EntryBody.AttemptStarted or EntryBody.AttemptEnded { Outcome: CallOutcome.Answered } or EntryBody.ApprovalAsked
            || StoryLine.Of(entry, state!) is not { } line)
        {
            return;
        }

        news.Enqueue(line);
        if (news.Count > NewsKept)
        {
            news.Dequeue();
        }
    }

    // Calls that wait for the same are one line: a line for each would fill the screen.
    private Rows Waits()
    {
        var width = Width() - 4;
        return new Rows(waits.Values
            .GroupBy(waiting => (waiting.Wait!.Reason, waiting.Wait.Provider, waiting.Wait.Model))
            .Select(group => (First: group.First(), Count: group.Count()))
            .Select(line => WaitText.Of(line.First.Agent, line.First.Wait!, clock.GetUtcNow()) + (line.Count > 1 ? $", as do {Figures.Plural(line.Count - 1, "other call")}" : ""))
            .Select(line => new Text($" … {Cut(line, width)}", new Style(Color.Yellow))));
    }

    private Rows News()
    {
        var width = Width() - 2;
        return new Rows(news.Select(line => new Text($" {Cut(line, width)}", new Style(decoration: Decoration.Dim))).Append(new Text("")));
    }

    private static string Cut(string text, int width) => text.Length > width ? text[..(width - 1)] + "…" : text;

    private static int Width() => Math.Max(36, Console.IsOutputRedirected ? 80 : Console.WindowWidth);

    private static Paragraph Head(SessionState state)
    {
        var line = new Paragraph()
            .Append(" conclave ", new Style(Color.Black, Color.Aqua, Decoration.Bold))
            .Append($" {state.Id}  ", new Style(decoration: Decoration.Dim))
            .Append(SafeText.Line(state.Created.Description.Text, 70), new Style(decoration: Decoration.Bold));
        return state.Created.Settings.Simulated is { } scenario
            ? line.Append($"\n simulated: the scenario `{SafeText.Line(scenario, 40)}` answers, no model is asked", new Style(Color.Yellow))
            : line;
    }

    private Table Phases(SessionState state)
    {
        // What does not fit is cut in the column that says most and matters least, never wrapped; a narrow terminal goes without tokens.
        var names = Math.Min(24, state.Created.Phases.Max(id => id.Value.Length));
        var (tokens, money, time) = (Width() >= 72 ? 11 : 0, 8, 8);
        var activity = Math.Max(8, Width() - names - tokens - money - time - 12);
        var table = new Table().NoBorder().HideHeaders();
        foreach (var width in new[] { 2, names, activity, tokens, money, time }.Where(width => width > 0))
        {
            table.AddColumn(new TableColumn("").Width(width).NoWrap());
        }

        foreach (var id in state.Created.Phases)
        {
            var (phase, figures) = (state.Phase(id), Figures.OfPhase(state, id));
            var (icon, style) = Icon(phase.Status);
            Text[] row =
            [
                new Text($" {icon}", style),
                new Text(Cut(id.Value, names), phase.Status == PhaseStatus.Pending ? new Style(decoration: Decoration.Dim) : Style.Plain),
                new Text(Cut(PhaseActivity.Of(state, id, clock.GetUtcNow()), activity), new Style(decoration: Decoration.Dim)),
                .. tokens > 0 ? [new Text(figures.Attempts == 0 ? "" : $"{Figures.Count(figures.Tokens)} tok") { Justification = Justify.Right }] : Array.Empty<Text>(),
                new Text(figures.Attempts == 0 ? "" : Figures.Money(figures.CostUsd)) { Justification = Justify.Right },
                new Text(phase.StartedAt is null ? "" : Figures.Time(Figures.Worked(state, phase, clock.GetUtcNow()))) { Justification = Justify.Right },
            ];
            table.AddRow(row);
        }

        return table;
    }

    private Table Agents(SessionState state)
    {
        var table = new Table().NoBorder().HideHeaders().AddColumns(new TableColumn("").NoWrap(), new TableColumn("").NoWrap());
        var open = state.Calls.Values.SelectMany(call => call.Attempts).Where(attempt => attempt.Outcome is null).ToLookup(attempt => attempt.Intent.Agent);
        foreach (var seat in state.Created.Agents)
        {
            var id = seat.Agent.Id;
            var speaks = open[id].Any();
            var width = Width() - 16;
            var text = SafeText.Line(words.TryGetValue(id, out var last) ? last.Words : "");
            table.AddRow(
                new Text($" {(speaks ? "▸" : " ")} {id}", new Style(speaks ? Color.Aqua : Color.Default, decoration: speaks ? Decoration.Bold : Decoration.Dim)),
                new Text(text.Length > width ? "…" + text[^(width - 1)..] : text, new Style(decoration: speaks ? Decoration.None : Decoration.Dim)));
        }

        return table;
    }

    private static Rows Gates(SessionState state) => new(state.OpenGates.SelectMany(gate => new IRenderable[]
    {
        new Text($" ? {GateText.Question(gate, 300)}", new Style(Color.Yellow, decoration: Decoration.Bold)),
        new Text($"   {GateText.Options(gate)}"),
        new Text($"   {GateText.Command(state, gate)}", new Style(decoration: Decoration.Dim)),
    }));

    private Paragraph Foot(SessionState state)
    {
        var figures = Figures.Of(state);
        var line = $" {SessionEvent.ProgressOf(state),3} %  {Figures.Plural(figures.Attempts, "call")}  {Figures.Count(figures.Tokens)} tokens  {Figures.Money(state.SpentUsd)} of {Figures.Budget(state.BudgetUsd)}  {Figures.Time(Figures.Worked(state, clock.GetUtcNow()))}";
        return new Paragraph(line, new Style(decoration: Decoration.Bold)).Append(state.InDoubtUsd > 0 ? $"  ({Figures.Money(state.InDoubtUsd)} in doubt)" : "", new Style(Color.Yellow));
    }

    private static (string Icon, Style Style) Icon(PhaseStatus status) => status switch
    {
        PhaseStatus.Running => ("●", new Style(Color.Aqua)),
        PhaseStatus.Succeeded => ("✓", new Style(Color.Green)),
        PhaseStatus.Failed => ("✗", new Style(Color.Red)),
        PhaseStatus.Tolerated => ("✗", new Style(Color.Yellow)),
        PhaseStatus.Skipped or PhaseStatus.Blocked or PhaseStatus.Cancelled => ("–", new Style(decoration: Decoration.Dim)),
        _ => ("○", new Style(decoration: Decoration.Dim)),
    };
}
