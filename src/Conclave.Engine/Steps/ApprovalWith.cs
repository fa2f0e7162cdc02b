using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Steps;

/// <summary>The parameters of an approval, valid.</summary>
internal sealed record ApprovalWith(string Question, ImmutableArray<string> Options, TimeSpan? Timeout, string? Default)
{
    public const string Approve = "approve";
    public const string Reject = "reject";

    private const int MostOptions = 20;

    /// <summary>Reads what is given; or says what is wrong with it.</summary>
    public static (ApprovalWith? With, string? Problem) Read(Func<string, JsonNode?> with)
    {
        var (question, options, timeout, otherwise) = (with("question"), with("options"), with("timeout"), with("default"));
        return (QuestionOf(question), OptionsOf(options), TimeoutOf(timeout)) switch
        {
            (null, _, _) => (null, "`question` is empty"),
            (_, null, _) => (null, $"`options` must be a list of 1 to {MostOptions} different texts"),
            (_, _, (false, _)) => (null, $"`timeout` can't be `{timeout}`; write a duration such as 90s, 10m or 2h"),
            ({ } _, { } known, _) when otherwise is not null && !known.Contains(otherwise.ToString()) =>
                (null, $"`default` can't be `{otherwise}` ({NearMiss.Suggest(otherwise.ToString(), known)})"),
            ({ } text, { } known, (true, var due)) => (new ApprovalWith(text, known, due, otherwise?.ToString()), null),
        };
    }

    /// <summary>What is wrong before any expression is filled in; a parameter that holds one is looked at when it is.</summary>
    public static IEnumerable<Problem> Check(PhaseDefinition phase)
    {
        var given = phase.With.ToDictionary(pair => pair.Key.Value, pair => pair, StringComparer.Ordinal);
        if (!given.TryGetValue("question", out var question) || given.Values.Any(pair => pair.Key.Value != "question" && IsOpen(pair.Value)))
        {
            return [];
        }

        // A question with expressions is as good as any text.
        var (_, problem) = Read(key => key == "question" && IsOpen(question.Value) ? "?" : given.TryGetValue(key, out var pair) ? pair.Value : null);
        return problem is null ? [] : [new Problem("CONC055", question.Key.At, $"`with` of phase `{phase.Name.Value}`: {problem}")];
    }

    /// <summary>A time without a default ends in a failure; where nothing says what that means, it was hardly meant.</summary>
    public static IEnumerable<Problem> Notice(PhaseDefinition phase) =>
        from timeout in phase.With.Where(pair => pair.Key.Value == "timeout" && pair.Value is not null)
        where phase.OnError is OnError.Fail && phase.With.All(pair => pair.Key.Value != "default" || pair.Value is null)
        select new Problem("CONC096", timeout.Key.At, $"phase `{phase.Name.Value}` fails when nobody answers within {timeout.Value}", "give it a `default`, or say with `on_error` what then");

    private static bool IsOpen(JsonNode? value) => value?.ToJsonString(EngineJson.Options).Contains("${{", StringComparison.Ordinal) == true;

    // A phase's output may be more than a text.
    private static string? QuestionOf(JsonNode? value) => value switch
    {
        null => null,
        JsonValue scalar => string.IsNullOrWhiteSpace(scalar.ToString()) ? null : scalar.ToString(),
        _ => value.ToJsonString(EngineJson.Indented),
    };

    private static ImmutableArray<string>? OptionsOf(JsonNode? value) => value switch
    {
        null => [Approve, Reject],
        JsonArray { Count: >= 1 and <= MostOptions } list when list.All(item => item is JsonValue) => Different([.. list.Select(item => item!.ToString())]),
        _ => null,
    };

    private static ImmutableArray<string>? Different(ImmutableArray<string> options) =>
        options.All(option => !string.IsNullOrWhiteSpace(option)) && options.Distinct(StringComparer.Ordinal).Count() == options.Length ? options : null;

    private static (bool Valid, TimeSpan? Duration) TimeoutOf(JsonNode? value) =>
        value is null ? (true, null) : DurationText.Parse(value.ToString()) is { } duration ? (true, duration) : (false, null);
}
