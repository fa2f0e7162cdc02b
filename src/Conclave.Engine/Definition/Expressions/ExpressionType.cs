using System.Collections.Immutable;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>What is known about a value before the run. <see cref="Any"/> says nothing and is never wrong, so what can't be known stays silent.</summary>
public abstract partial record ExpressionType
{
    private ExpressionType()
    {
    }

    /// <summary>A value of any type, null included.</summary>
    public sealed record Any : ExpressionType;

    /// <summary>Null and nothing else.</summary>
    public sealed record Null : ExpressionType;

    /// <summary>True or false.</summary>
    public sealed record Flag : ExpressionType;

    /// <summary>A number.</summary>
    public sealed record Number : ExpressionType;

    /// <summary>A text; <paramref name="Values"/> are all that it can be, null when it can be any.</summary>
    public sealed record Text(ImmutableSortedSet<string>? Values = null) : ExpressionType;

    /// <summary>A list whose items all have one type.</summary>
    public sealed record List(ExpressionType Item) : ExpressionType;

    /// <summary>An object; when it is closed it has no other members than these.</summary>
    public sealed record Map(ImmutableSortedDictionary<string, ExpressionType> Members, bool IsClosed) : ExpressionType;

    /// <summary>A value of one of several types, none of which is <see cref="Any"/> or <see cref="Either"/> itself.</summary>
    public sealed record Either(ImmutableArray<ExpressionType> Alternatives) : ExpressionType;

    /// <summary>The types that a value may have, one by one.</summary>
    public IEnumerable<ExpressionType> Options() => this is Either either ? either.Alternatives : [this];

    /// <summary>Whether it may be null.</summary>
    public bool MayBeNull => Options().Any(option => option is Any or Null);

    /// <summary>The same, or null.</summary>
    public ExpressionType OrNull() => OneOf(this, new Null());

    /// <summary>A value of one of these types.</summary>
    public static ExpressionType OneOf(params IEnumerable<ExpressionType> types)
    {
        var options = types.SelectMany(type => type.Options()).ToList();
        if (options.Exists(option => option is Any))
        {
            return new Any();
        }

        // Texts become one text; it has values only when each of them has.
        var texts = options.OfType<Text>().ToList();
        var distinct = options.Where(option => option is not Text).Distinct().ToImmutableArray();
        if (texts.Count > 0)
        {
            distinct = distinct.Add(new Text(texts.TrueForAll(text => text.Values is not null) ? [.. texts.SelectMany(text => text.Values!)] : null));
        }

        return distinct switch
        {
            [] => new Any(),
            [var one] => one,
            _ => new Either(distinct),
        };
    }

    /// <summary>In the user's words, with its article; null is left out where there is more to say.</summary>
    public string Describe() => Options().Where(option => option is not Null).Select(Name).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } names
        ? string.Join(" or ", names)
        : "null";

    private static string Name(ExpressionType type) => type switch
    {
        Flag => "true or false",
        Number => "a number",
        Text => "a text",
        List => "a list",
        Map => "an object",
        _ => "a value",
    };
}
