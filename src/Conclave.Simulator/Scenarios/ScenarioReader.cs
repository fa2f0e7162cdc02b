using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>Reads a scenario file and its reply files into a <see cref="Scenario"/>, with every problem at once.</summary>
internal static class ScenarioReader
{
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
        var rule = new ScenarioRule(Match(map.Map("match")), Reply(map, files), fault)
        {
            Latency = map.Parse<TimeSpan>("latency", "a duration such as 300ms, 2s or 0", LatencyText.Parse),
            TokensPerSecond = map.Count("tokens_per_second", 1, int.MaxValue),
            ThinkingTokens = map.Count("thinking_tokens", 0, 1_000_000) ?? 0,
        };
        CheckReply(map, fault);
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

    private static string? Reply(MappingReader map, ScenarioFiles files)
    {
        if (map.Text("reply_file") is not { } file)
        {
            return map.Text("reply")?.Value;
        }

        if (map.Has("reply"))
        {
            map.Report("CONC006", file.At, $"{map.What} has both `reply` and `reply_file`", "keep one of them");
        }

        if (!IsBeside(file.Value))
        {
            map.Report("CONC006", file.At, $"`reply_file` of {map.What} can't be `{file.Value}`", "write a path below the scenario's folder, with `/`");
            return null;
        }

        var (text, reason) = files.Beside(file.Value);
        if (text is null)
        {
            map.Report("CONC902", file.At, $"the reply file `{file.Value}` of {map.What} can't be read: {reason}");
        }

        return text;
    }

    private static void CheckReply(MappingReader map, Fault? fault)
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
    }

    private static bool IsBeside(string path) =>
        path.AsSpan().IndexOfAny('\\', ':') < 0 && path.Split('/').All(segment => segment is not ("" or "." or ".."));
}
