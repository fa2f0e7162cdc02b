using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>
/// Parses an expression by precedence: <c>||</c>, <c>&amp;&amp;</c>, <c>== !=</c>, <c>&lt; &lt;= &gt; &gt;=</c>, <c>!</c>, then <c>.name</c> and <c>[key]</c>.
/// </summary>
public ref struct ExpressionParser
{
    /// <summary>The longest expression, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>The deepest nesting of an expression.</summary>
    public const int MaxDepth = 50;

    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"]];

    private readonly ReadOnlySpan<char> text;
    private int at;
    private int depth;

    private ExpressionParser(ReadOnlySpan<char> text) => this.text = text;

    /// <summary>Parses a whole text.</summary>
    /// <exception cref="ExpressionException">It is not an expression, too long or too deep.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new ExpressionException($"the expression is longer than {MaxLength} characters");
        }

        var parser = new ExpressionParser(text);
        var expression = parser.Level(0);
        parser.SkipSpace();
        return parser.at == text.Length ? expression : throw parser.Unexpected("an operator or the end");
    }

    private Expression Level(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        var left = Level(level + 1);
        while (TakeAny(Levels[level]) is { } op)
        {
            Deeper();
            left = new Expression.Binary(op, left, Level(level + 1));
        }

        return left;
    }

    private Expression Unary()
    {
        if (!Take("!"))
        {
            return Postfix();
        }

        Deeper();
        return new Expression.Not(Unary());
    }

    private Expression Postfix()
    {
        var expression = Primary();
        while (true)
        {
            if (Take("."))
            {
                Deeper();
                expression = new Expression.Member(expression, Name() ?? throw Unexpected("a name after `.`"));
            }
            else if (Take("["))
            {
                Deeper();
                expression = new Expression.Index(expression, Level(0));
                Expect("]");
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression Primary()
    {
        Deeper();
        SkipSpace();
        if (Take("("))
        {
            var inner = Level(0);
            Expect(")");
            return inner;
        }

        if (at < text.Length && text[at] == '\'')
        {
            return new Expression.Literal(JsonValue.Create(Quoted()));
        }

        if (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '-'))
        {
            return new Expression.Literal(JsonValue.Create(Number()));
        }

        var start = at;
        return Name() switch
        {
            null => throw Unexpected("a value"),
            "true" => new Expression.Literal(JsonValue.Create(true)),
            "false" => new Expression.Literal(JsonValue.Create(false)),
            "null" => new Expression.Literal(null),
            var name when Take("(") => Call(name, start),
            var name when ExpressionContext.Names.Contains(name) => new Expression.Context(name),
            var name => throw new ExpressionException($"`{name}` is not known here ({NearMiss.Suggest(name, ExpressionContext.Names)})", start),
        };
    }

    private Expression.Call Call(string name, int start)
    {
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        if (!Take(")"))
        {
            do
            {
                arguments.Add(Level(0));
            }
            while (Take(","));
            Expect(")");
        }

        var problem = ExpressionFunctions.Check(name, arguments.Count);
        return problem is null ? new Expression.Call(name, arguments.ToImmutable()) : throw new ExpressionException(problem, start);
    }

    private string Quoted()
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] != '\'')
            {
                value.Append(text[at++]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '\'')
            {
                value.Append('\'');
                at += 2;
            }
            else
            {
                at++;
                return value.ToString();
            }
        }

        throw new ExpressionException("the text that starts with ' does not end", start);
    }

    private decimal Number()
    {
        var start = at++;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
        {
            at++;
        }

        return decimal.TryParse(text[start..at], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ExpressionException($"`{text[start..at]}` is not a number", start);
    }

    private string? Name()
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '_' || (at > start && (char.IsAsciiDigit(text[at]) || text[at] == '-'))))
        {
            at++;
        }

        return at > start ? text[start..at].ToString() : null;
    }

    private string? TakeAny(string[] operators)
    {
        foreach (var op in operators)
        {
            if (Take(op))
            {
                return op;
            }
        }

        return null;
    }

    private bool Take(string token)
    {
        SkipSpace();
        // `!` must not eat the start of `!=`.
        if (!text[at..].StartsWith(token, StringComparison.Ordinal) || (token == "!" && text[at..].StartsWith("!=", StringComparison.Ordinal)))
        {
            return false;
        }

        at += token.Length;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
        {
            throw Unexpected($"`{token}`");
        }
    }

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    // Counts nodes rather than levels: an upper bound of the depth that also bounds the size.
    private void Deeper()
    {
        if (++depth > MaxDepth * 10)
        {
            throw new ExpressionException("the expression is too large", at);
        }
    }

    private readonly ExpressionException Unexpected(string expected) => new(
        at < text.Length ? $"expected {expected} but found `{text[at]}`" : $"expected {expected} but the expression ends",
        at);
}
