using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Council;

/// <summary>What a voter is shown of a conflict: letters in place of authors, and options of about the same length.</summary>
internal static class BallotQuestion
{
    private const int Least = 160;
    private const int Most = 600;

    /// <summary>The values that the prompt <c>ballot</c> fills in.</summary>
    public static JsonObject Of(Conflict conflict, OptionPair pair, int order, Citations citations)
    {
        var (a, b) = pair.In(order);
        var (first, second) = Equalised(a.Text, b.Text);
        return new JsonObject
        {
            ["question"] = conflict.Question,
            ["option_a"] = first,
            ["option_b"] = second,
            ["evidence"] = citations.Listed,
        };
    }

    /// <summary>The same, with what was said in the first round; nobody is named.</summary>
    public static JsonObject WithArguments(Conflict conflict, OptionPair pair, int order, Citations citations, IEnumerable<Ballot> first)
    {
        var question = Of(conflict, pair, order, citations);
        var (a, b) = pair.In(order);
        question["arguments"] = string.Join('\n', ImmutableArray.Create((Letter: "A", Option: a.Id), (Letter: "B", Option: b.Id)).Select(side => $"For {side.Letter}:\n{Arguments(first, pair, side.Option)}"));
        return question;
    }

    /// <summary>Two texts of which neither is much longer: the longer one is cut at a word to a quarter more than the shorter one, but not below what says something.</summary>
    public static (string First, string Second) Equalised(string first, string second)
    {
        var limit = Math.Clamp(Math.Min(Line(first).Length, Line(second).Length) * 5 / 4, Least, Most);
        return (Cut(first, limit), Cut(second, limit));
    }

    private static string Arguments(IEnumerable<Ballot> ballots, OptionPair pair, string option)
    {
        // By their text, so that the order tells nothing about who said it.
        var lines = ballots
            .Where(ballot => ballot.Round == 1 && ballot.Pair == pair.Name && ballot.Choice == option)
            .Select(ballot => $"- {PlanNames.Short(ballot.Reason)} ({string.Join(", ", ballot.Evidence)})")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        return lines.Count == 0 ? "- (nothing)" : string.Join('\n', lines);
    }

    private static string Cut(string text, int limit)
    {
        var line = Line(text);
        if (line.Length <= limit)
        {
            return line;
        }

        var space = line.LastIndexOf(' ', limit - 1);
        return line[..(space > limit / 2 ? space : limit - 1)].TrimEnd(' ', ',', ';') + " …";
    }

    private static string Line(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
