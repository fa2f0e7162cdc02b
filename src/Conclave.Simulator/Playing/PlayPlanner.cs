using System.IO.Compression;
using System.Text;
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

    private const long Megabyte = 1024 * 1024;

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
            Fault.Html html => new Play.Foreign(html.Kind, html.Status, "text/html; charset=utf-8", [], Encoding.UTF8.GetBytes(Page), latency),
            Fault.Redirect redirect => new Play.Foreign(redirect.Kind, redirect.Status, "text/html; charset=utf-8", [("location", redirect.Location)], default, latency),
            Fault.GzipBomb bomb => new Play.Foreign(bomb.Kind, 200, "application/json; charset=utf-8", [("content-encoding", "gzip")], Zeros(bomb.Megabytes), latency),
            { } fault when vendor.Failure(fault, question.Model, call.Time, TokenCount.OfPrompt(question.Prompt)) is { } error => new Play.Error(fault.Kind, error, latency),
            _ => Answer(vendor, question, rule, call.Time, ids),
        };
    }

    private Play.Answer Answer(VendorWire vendor, Question question, ScenarioRule rule, DateTimeOffset now, WireIds ids)
    {
        var pace = new Pace(rule.Latency ?? defaults.Latency, rule.TokensPerSecond ?? defaults.TokensPerSecond);
        var manner = MannerOf(rule.Fault);
        var streamed = question.Streamed && !manner.NotStreamed;
        var ending = EndingOf(rule.Fault, vendor, question, now);
        var script = rule.Reply ?? new ScriptedReply(rule.Fault is Fault.Refusal ? DefaultRefusal : "");
        var reply = new Reply(question, ids, now, script.Text, FinishOf(rule.Fault), rule.ThinkingTokens ?? TokenCount.Of(script.Thinking?.Length ?? 0))
        {
            Thinking = script.Thinking ?? "",
            ToolCalls = script.ToolCalls,
            Reason = rule.Fault switch
            {
                Fault.Refusal refusal => refusal.Reason,
                Fault.Blocked blocked => blocked.Reason,
                _ => null,
            },
            CachedTokens = rule.CachedTokens,
            CacheWriteTokens = rule.CacheWriteTokens,
            CacheWriteHourTokens = rule.CacheWriteHourTokens,
            CharsPerPiece = pace.CharsPerPiece,
        };

        // A body that is not a stream breaks off in its JSON, so what it says stays whole.
        reply = rule.Fault switch
        {
            Fault.CutOff cut => reply.Start(cut.AfterChars),
            Fault.ErrorEvent error when streamed => reply.Start(error.AfterChars),
            _ when streamed && ending is Ending.Breaks breaks => reply.Start(breaks.At.AfterChars),
            _ => reply,
        };
        reply = reply.Within(question.MaxOutputTokens);
        var outcome = rule.Fault?.Kind ?? (reply.Finish is Finish.CutOff ? "cut_off" : "answered");
        return new Play.Answer(outcome, reply, pace, ending, manner);
    }

    private static Finish FinishOf(Fault? fault) => fault switch
    {
        Fault.Refusal => Finish.Refused,
        Fault.Blocked => Finish.Blocked,
        Fault.Empty => Finish.Empty,
        Fault.CutOff => Finish.CutOff,
        _ => Finish.Complete,
    };

    private static Ending EndingOf(Fault? fault, VendorWire vendor, Question question, DateTimeOffset now) => fault switch
    {
        Fault.Reset reset => new Ending.Breaks(BreakWay.Reset, reset.At),
        Fault.Hang hang => new Ending.Breaks(BreakWay.Silence, hang.At),
        Fault.Pings pings => new Ending.Breaks(BreakWay.Pings, pings.At with { Inside = pings.At.SendsHeaders ? pings.At.Inside : BreakPlace.Headers }),
        Fault.Truncate truncate => new Ending.Breaks(WayOf(truncate.Framing), truncate.At with { Inside = truncate.At.SendsHeaders ? truncate.At.Inside : BreakPlace.Headers }),
        Fault.ErrorEvent error => new Ending.Fails(vendor.Failure(error.Error, question.Model, now, TokenCount.OfPrompt(question.Prompt))!, error.Form),
        _ => new Ending.Whole(),
    };

    private static BreakWay WayOf(Framing framing) => framing switch
    {
        Framing.Whole => BreakWay.EndsWhole,
        Framing.Chunked => BreakWay.EndsChunked,
        Framing.Close => BreakWay.EndsByClosing,
        Framing.Length => BreakWay.EndsShort,
        _ => throw new ArgumentOutOfRangeException(nameof(framing), framing, "There is no such framing."),
    };

    private static Manner MannerOf(Fault? fault) => fault switch
    {
        Fault.Slow slow => Manner.Usual with { BytesPerSecond = slow.BytesPerSecond },
        Fault.Odd odd => Manner.Usual with { Oddities = odd.What },
        Fault.WrongType wrong => Manner.Usual with { ContentType = wrong.ContentType },
        Fault.NotStreamed => Manner.Usual with { NotStreamed = true },
        Fault.EarlyHints => Manner.Usual with { EarlyHints = true },
        Fault.Giant giant => Manner.Usual with { RepeatBytes = giant.Megabytes * Megabyte },
        Fault.GiantEvent giant => Manner.Usual with { PadBytes = giant.Megabytes * Megabyte },
        _ => Manner.Usual,
    };

    private static ReadOnlyMemory<byte> Zeros(int megabytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            var zeros = new byte[Megabyte];
            for (var i = 0; i < megabytes; i++)
            {
                gzip.Write(zeros);
            }
        }

        return packed.ToArray();
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
