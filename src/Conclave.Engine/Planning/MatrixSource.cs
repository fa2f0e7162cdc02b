using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Planning;

/// <summary>What gives the cells of a matrix when its phase starts.</summary>
public abstract record MatrixSource
{
    private MatrixSource()
    {
    }

    /// <summary>The cells; none when a list is empty.</summary>
    /// <param name="evaluate">The value of an expression.</param>
    /// <exception cref="ExpressionException">An expression fails or gives something else than a list, or there are too many cells.</exception>
    internal ImmutableArray<MatrixCell> Cells(Func<Expression, JsonNode?> evaluate)
    {
        switch (this)
        {
            case Lists lists:
                var known = lists.Items.Select(list => (list.Key, Values: list.Expression is { } given ? List($"`{list.Key}` of the matrix", evaluate(given)) : list.Values)).ToList();
                Bound(MatrixCells.Count(known.Select(list => list.Values.Length)));
                return MatrixCells.Combinations(known);
            case Maps maps:
                var items = List("the matrix", evaluate(maps.Expression));
                Bound(items.Length);
                return MatrixCells.Maps(items.Select(Map));
            default:
                throw new InvalidOperationException($"No cells for {GetType().Name}.");
        }
    }

    private static ImmutableArray<JsonNode?> List(string what, JsonNode? value) => value is JsonArray list
        ? [.. list.Select(item => item?.DeepClone())]
        : throw new ExpressionException($"{what} must be a list, not {ExpressionValues.TypeName(value)}");

    private static JsonObject Map(JsonNode? item, int index) => item as JsonObject
        ?? throw new ExpressionException($"entry {index + 1} of the matrix must be an object, not {ExpressionValues.TypeName(item)}");

    private static void Bound(decimal cells)
    {
        if (cells > MatrixCells.Max)
        {
            throw new ExpressionException($"the matrix has {cells} cells, and {MatrixCells.Max} are allowed");
        }
    }

    /// <summary>Lists by name, some of which are expressions.</summary>
    public sealed record Lists(ImmutableArray<(string Key, Expression? Expression, ImmutableArray<JsonNode?> Values)> Items) : MatrixSource;

    /// <summary>One expression that gives a list of maps.</summary>
    public sealed record Maps(Expression Expression) : MatrixSource;
}
