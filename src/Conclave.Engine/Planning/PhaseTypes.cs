using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Planning;

/// <summary>The types of the contexts that a phase's expressions see, as far as they are known before the run.</summary>
internal static class PhaseTypes
{
    /// <summary>What <c>session</c> holds; a test keeps it in step with what a session gives.</summary>
    public static ExpressionType.Map Session { get; } = Map(isClosed: true, ("id", new ExpressionType.Text()), ("simulated", new ExpressionType.Flag()));

    private static readonly ExpressionType Status = new ExpressionType.Text([.. Enum.GetValues<PhaseStatus>().Select(EngineText.Snake)]);

    /// <summary>The types of the contexts of one phase. Names that do not exist are of any type: they are reported where names are checked.</summary>
    /// <param name="inputs">The inputs that are texts from whoever starts a session; none for a file that another one uses, which gives any values.</param>
    /// <param name="before">The phases that its expressions may read, by their names in the file; a phase that repeats reads itself, too.</param>
    public static ImmutableDictionary<string, ExpressionType> Of(PhaseDefinition phase, ImmutableArray<InputDefinition> inputs, IEnumerable<(string Name, Phase Phase)> before) =>
        ImmutableDictionary<string, ExpressionType>.Empty
            .Add("inputs", Map(isClosed: false, inputs.DistinctBy(input => input.Name.Value).Select(input => (input.Name.Value, Input(input)))))
            .Add("phases", Map(isClosed: false, before.DistinctBy(other => other.Name).Select(other =>
                (other.Name, (ExpressionType)Map(isClosed: true, ("status", Status), ("output", Output(other.Phase)), ("round", new ExpressionType.Number()))))))
            .Add("matrix", Map(isClosed: false, Matrix(phase.Matrix)))
            .Add("session", Session);

    /// <summary>What a phase gives: one step's output, or the list of all its steps'; null when it did not succeed.</summary>
    public static ExpressionType Output(Phase phase) =>
        (phase.OnError is OnError.Default { Value: var instead } ? ExpressionType.OneOf(Regular(phase), ExpressionType.OfValue(instead)) : Regular(phase)).OrNull();

    /// <summary>What it gives when it succeeds.</summary>
    public static ExpressionType Regular(Phase phase)
    {
        var one = phase switch
        {
            { Output: { } schema } => ExpressionType.OfSchema(Parse(schema.Json)),
            { Parts: { IsEmpty: false } parts } => Map(isClosed: true, parts.Select(part => (part.Name, Output(part)))),
            // A kind that sends the phase's own prompt gives the answer as it is.
            { Kind.NeedsPrompt: true } => new ExpressionType.Text(),
            _ => new ExpressionType.Any(),
        };
        return phase.HasMatrix ? new ExpressionType.List(one) : one;
    }

    // What an expression gives is known when the phase starts.
    private static IEnumerable<(string Name, ExpressionType Type)> Matrix(MatrixDefinition? matrix) => matrix is MatrixDefinition.Lists lists
        ? lists.Items.DistinctBy(list => list.Key.Value).Select(list => (list.Key.Value, list.Expression is null ? ExpressionType.OneOf(list.Values.Select(Static)) : new ExpressionType.Any()))
        : [];

    // Who starts a session gives texts, whatever the default is.
    private static ExpressionType Input(InputDefinition input) => input switch
    {
        { Required: true } => new ExpressionType.Text(),
        { Default: { } value } => ExpressionType.OneOf(new ExpressionType.Text(), ExpressionType.OfValue(value)),
        _ => new ExpressionType.Text().OrNull(),
    };

    // A text with an expression in it is filled in later.
    private static ExpressionType Static(JsonNode? value) =>
        PhaseExpression.Texts(value).Any(text => text.Contains("${{", StringComparison.Ordinal)) ? new ExpressionType.Any() : ExpressionType.OfValue(value);

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ExpressionType.Map Map(bool isClosed, params IEnumerable<(string Name, ExpressionType Type)> members) =>
        new(members.ToImmutableSortedDictionary(member => member.Name, member => member.Type, StringComparer.Ordinal), isClosed);
}
