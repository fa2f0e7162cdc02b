using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>Reads a scenario file and its reply files into a <see cref="Scenario"/>, with every problem at once.</summary>
internal static class ScenarioReader
{
    private const int MaxTokens = 10_000_000;

    public static Checked<Scenario> Read(ScenarioFiles files)
    {
        var problems = new List<Problem>();
        if (files.Main.Text is not { } text)
        {
            problems.Add(new Problem("CONC901", new SourcePosition(files.Name, 1, 1), $"the scenario can't be read: {files.Main.Reason}"));
            return new Checked<Scenario>(null, [.. problems]);
        }

        var scenario = YamlDocument.Read(text, files.Name, problems) is { } root
            ? Read(new MappingReader(root, files.Name, "the scenario", problems), files)
            : null;
        return new Checked<Scenario>(scenario, [.. problems]);
    }

    private static Scenario Read(MappingReader root, ScenarioFiles files)
    {
        var name = root.RequiredText("name").Value;
        var description = root.Text("description")?.Value ?? "";
        ImmutableArray<ScenarioRule> rules = [.. root.Maps("answers", number => $"answer {number}").Select(map => Rule(map, files))];
        root.RefuseUnknown();
        return new Scenario(name, description, rules);
    }

    private static ScenarioRule Rule(MappingReader map, ScenarioFiles files)
    {
        var fault = map.Map("fault") is { } broken ? FaultReader.Read(broken) : null;
        var reply = ReplyReader.Read(map, files);
        var rule = new ScenarioRule(Match(map.Map("match")), reply, fault)
        {
            Latency = map.Parse<TimeSpan>("latency", "a duration such as 300ms, 2s or 0", LatencyText.Parse),
            TokensPerSecond = map.Count("tokens_per_second", 1, int.MaxValue),
            ThinkingTokens = map.Count("thinking_tokens", 0, MaxTokens),
            CachedTokens = map.Count("cached_tokens", 0, MaxTokens) ?? 0,
            CacheWriteTokens = map.Count("cache_write_tokens", 0, MaxTokens) ?? 0,
        };
        rule = rule with { CacheWriteHourTokens = map.Count("cache_write_1h_tokens", 0, rule.CacheWriteTokens) ?? 0 };
        CheckReply(map, reply, fault);
        map.RefuseUnknown();
        return rule;
    }

    private static RuleMatch Match(MappingReader? map)
    {
        if (map is null)
        {
            return RuleMatch.Any;
        }

        var match = new RuleMatch(
            map.Parse<Vendor>("vendor", string.Join(", ", VendorName.All), VendorName.Parse),
            map.Text("task")?.Value,
            [.. map.Texts("contains").Select(text => text.Value)],
            map.Count("nth", 1, 1_000_000));
        map.RefuseUnknown();
        return match;
    }

    private static void CheckReply(MappingReader map, ScriptedReply? reply, Fault? fault)
    {
        // A fault that can't be read has its own problem already.
        var replied = map.Has("reply") || map.Has("reply_file");
        var needed = !map.Has("fault") || (fault is not null && FaultReader.NeedsReply(fault));
        if (needed && !replied)
        {
            map.Report("CONC005", map.At, $"{map.What} lacks `reply` or `reply_file`", fault is null ? "or give a `fault`" : $"the fault `{fault.Kind}` breaks off a reply");
        }

        if (replied && fault is not null && !FaultReader.TakesReply(fault))
        {
            map.Report("CONC006", map.At, $"{map.What} has a reply that is never sent: the fault `{fault.Kind}` has no text", "remove one of the two");
        }

        if (reply is not null && FaultReader.BreakOf(fault) is { Inside: BreakPlace.Character, AfterChars: var chars } && (chars > reply.Text.Length || char.IsAscii(reply.Text[chars - 1])))
        {
            map.Report("CONC450", map.At, $"{map.What} breaks inside character {chars} of its text, which has only one byte or is not there", "let `after_chars` end on a letter such as `é`");
        }
    }
}
