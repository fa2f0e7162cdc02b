using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Conclave.Engine.Council;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Steps;

/// <summary>Who decides a conflict that the vote does not, when nobody is there to be asked.</summary>
internal enum Unattended
{
    /// <summary>The agent whose field it is; in nobody's field, the first option.</summary>
    DomainOwner,

    /// <summary>The first option.</summary>
    FirstOption,

    /// <summary>Nobody: the phase fails.</summary>
    Fail,
}

/// <summary>The parameters of a council, valid.</summary>
/// <param name="TieToOwner">Whether a tie goes to the agent whose field it is before a human is asked.</param>
internal sealed record CouncilWith(
    ImmutableArray<string> Voters,
    int Quorum,
    VotingMethod Method,
    ImmutableDictionary<string, int> Weights,
    bool TieToOwner,
    bool Critique,
    Unattended Unattended)
{
    private const int MostVoters = 20;
    private const int MostWeight = 100;

    /// <summary>The keys, and whether each must be there.</summary>
    public static ImmutableDictionary<string, bool> Keys { get; } = ImmutableDictionary<string, bool>.Empty
        .Add("voters", true).Add("quorum", false).Add("method", false).Add("weights", false).Add("tie", false).Add("critique", false).Add("unattended", false);

    /// <summary>Reads what is given; or says what is wrong with it.</summary>
    public static (CouncilWith? With, string? Problem) Read(Func<string, JsonNode?> with)
    {
        if (Different(with("voters")) is not { } voters)
        {
            return (null, $"`voters` must be a list of 1 to {MostVoters} different agents");
        }

        var (method, methodProblem) = OneOf("method", with("method"), ["majority", "weighted", "unanimous"]);
        var (tie, tieProblem) = OneOf("tie", with("tie"), ["domain-owner", "human"]);
        var (critique, critiqueProblem) = OneOf("critique", with("critique"), ["true", "false"]);
        var (unattended, unattendedProblem) = OneOf("unattended", with("unattended"), ["domain-owner", "first-option", "fail"]);
        var quorum = Whole(with("quorum") ?? JsonValue.Create(Math.Min(2, voters.Length)), 1, voters.Length);
        var problem = methodProblem ?? tieProblem ?? critiqueProblem ?? unattendedProblem
            ?? (quorum is null ? $"`quorum` must be a whole number from 1 to {voters.Length}, the number of voters" : null)
            ?? WeightProblem(with("weights"), voters, (VotingMethod)method);
        return problem is null
            ? (new CouncilWith(voters, quorum!.Value, (VotingMethod)method, Weighing(with("weights")), tie == 0, critique == 0, (Unattended)unattended), null)
            : (null, problem);
    }

    /// <summary>What is wrong before any expression is filled in; a council that holds one is looked at when it runs.</summary>
    public static IEnumerable<Problem> Check(PhaseDefinition phase)
    {
        var given = phase.With.ToDictionary(pair => pair.Key.Value, pair => pair.Value, StringComparer.Ordinal);
        if (!given.ContainsKey("voters") || given.Values.Any(value => value?.ToJsonString(EngineJson.Options).Contains("${{", StringComparison.Ordinal) == true))
        {
            return [];
        }

        var (_, problem) = Read(given.GetValueOrDefault);
        return problem is null ? [] : [new Problem("CONC041", phase.Name.At, $"`with` of phase `{phase.Name.Value}`: {problem}")];
    }

    private static ImmutableArray<string>? Different(JsonNode? value) => value is JsonArray { Count: >= 1 and <= MostVoters } list && list.All(item => item is JsonValue)
        && list.Select(item => item!.ToString()).Distinct(StringComparer.Ordinal).Count() == list.Count
            ? [.. list.Select(item => item!.ToString())]
            : null;

    private static (int At, string? Problem) OneOf(string key, JsonNode? value, ImmutableArray<string> known)
    {
        var at = value is null ? 0 : known.IndexOf(value.ToString());
        return (at, at >= 0 ? null : $"`{key}` can't be `{value}` ({NearMiss.Suggest(value!.ToString(), known)})");
    }

    private static int? Whole(JsonNode? value, int least, int most) =>
        int.TryParse(value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static string? WeightProblem(JsonNode? weights, ImmutableArray<string> voters, VotingMethod method) => (weights, method) switch
    {
        (null, VotingMethod.Weighted) => "`method: weighted` needs `weights`, a number for each voter that does not weigh 1",
        (null, _) => null,
        (_, not VotingMethod.Weighted) => "`weights` are for `method: weighted` only",
        (JsonObject map, _) when map.FirstOrDefault(pair => !voters.Contains(pair.Key)) is { Key: { } unknown } => $"`weights` names `{unknown}`, which is no voter ({NearMiss.Suggest(unknown, voters)})",
        (JsonObject map, _) when map.All(pair => Whole(pair.Value, 1, MostWeight) is not null) => null,
        _ => $"`weights` must give voters whole numbers from 1 to {MostWeight}",
    };

    private static ImmutableDictionary<string, int> Weighing(JsonNode? weights) =>
        weights is JsonObject map ? map.ToImmutableDictionary(pair => pair.Key, pair => Whole(pair.Value, 1, MostWeight) ?? 1) : ImmutableDictionary<string, int>.Empty;
}
