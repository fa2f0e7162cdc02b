using Conclave.Engine.Definition;
using Conclave.Simulator.Ledgers;
using Conclave.Simulator.Scenarios;
using Conclave.Simulator.Wire;

namespace Conclave.Simulator.Playing;

/// <summary>Turns a rule of the scenario into what a call gets; pure.</summary>
/// <param name="defaults">The pace of rules that name none.</param>
internal sealed class PlayPlanner(Scenario scenario, Pace defaults)
{
    private const string DefaultRefusal = "I'm sorry, but I can't help with that.";

    private const string Page = """
        <!DOCTYPE html>
        <html lang="en"><head><title>Sign in to the network</title></head>
        <body><h1>Sign in to the network</h1><p>Accept the terms to go online.</p></body></html>

        """;

    public Play Plan(VendorWire vendor, Question question, ReceivedCall call, WireIds ids)
    {
        if (call.Rule is not { } rule)
        {
            return new Play.Error("no_answer", vendor.Refusal(new RequestProblem.Invalid(null, NoAnswer(question))), TimeSpan.Zero);
        }

        // What turns a call away comes at once, unless the rule says otherwise.
        var latency = rule.Latency ?? TimeSpan.Zero;
        return rule.Fault switch
        {
            Fault.Html html => new Play.Page(html.Kind, Page, latency),
            { } fault when vendor.Failure(fault, question.Model, call.Time) is { } error => new Play.Error(fault.Kind, error, latency),
            _ => Answer(question, rule, call.Time, ids),
        };
    }

    private Play.Answer Answer(Question question, ScenarioRule rule, DateTimeOffset now, WireIds ids)
    {
        var (finish, ending, after) = rule.Fault switch
        {
            Fault.Refusal => (Finish.Refused, Ending.Whole, int.MaxValue),
            Fault.CutOff cut => (Finish.CutOff, Ending.Whole, cut.AfterChars),
            Fault.Reset reset => (Finish.Complete, Ending.Reset, reset.AfterChars),
            Fault.Hang hang => (Finish.Complete, Ending.Silence, hang.AfterChars),
            Fault.Truncate truncate => (Finish.Complete, Ending.Early, truncate.AfterChars),
            _ => (Finish.Complete, Ending.Whole, int.MaxValue),
        };
        var said = rule.Reply ?? (finish is Finish.Refused ? DefaultRefusal : "");
        var breaksOff = ending is not Ending.Whole;

        // A body that is not a stream breaks off in its JSON, so its text stays whole.
        var text = breaksOff && !question.Streamed ? said : TextPieces.Start(said, after);
        var thinking = rule.ThinkingTokens;
        if (question.MaxOutputTokens is { } limit && thinking + TokenCount.Of(text.Length) > limit)
        {
            thinking = Math.Min(thinking, limit);
            text = TextPieces.Start(text, (limit - thinking) * TokenCount.CharsPerToken);
            finish = finish is Finish.Complete ? Finish.CutOff : finish;
        }

        var pace = new Pace(rule.Latency ?? defaults.Latency, rule.TokensPerSecond ?? defaults.TokensPerSecond);
        var reply = new Reply(question, ids, now, text, finish, thinking) { Pieces = TextPieces.Split(text, pace.CharsPerPiece) };
        var outcome = rule.Fault?.Kind ?? (finish is Finish.CutOff ? "cut_off" : "answered");
        return new Play.Answer(outcome, reply, pace, ending, after, (rule.Fault as Fault.Slow)?.BytesPerSecond);
    }

    private string NoAnswer(Question question)
    {
        var vendor = VendorName.Of(question.Vendor);
        var tasks = scenario.Rules
            .Where(rule => rule.Match.Vendor is null || rule.Match.Vendor == question.Vendor)
            .Select(rule => rule.Match.Task)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return question.Task switch
        {
            null => $"The scenario `{scenario.Name}` has no answer for a prompt of {vendor} that names no task with <task name=\"...\"> ({NearMiss.Suggest("", tasks)}).",
            { } task when tasks.Contains(task, StringComparer.Ordinal) =>
                $"The scenario `{scenario.Name}` has no answer for this call of task `{task}` of {vendor}: it has rules for the task, but no `contains` or `nth` of theirs fits.",
            { } task => $"The scenario `{scenario.Name}` has no answer for task `{task}` of {vendor} ({NearMiss.Suggest(task, tasks)}).",
        };
    }
}
