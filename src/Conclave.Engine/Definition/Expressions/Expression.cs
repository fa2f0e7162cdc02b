using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>
/// What stands between <c>${{</c> and <c>}}</c>, parsed. It looks like GitHub Actions' language, has no type coercion and cannot run code:
/// it reads contexts and calls a closed list of functions.
/// </summary>
public abstract record Expression
{
    private Expression()
    {
    }

    /// <summary>A constant: null, true, false, a number or a 'text'.</summary>
    public sealed record Literal(JsonNode? Value) : Expression;

    /// <summary>The name of a context: <c>inputs</c>, <c>phases</c>, <c>matrix</c>, <c>session</c>, <c>step</c>.</summary>
    public sealed record Context(string Name) : Expression;

    /// <summary><c>target.name</c>; null when the target is null or has no such member.</summary>
    public sealed record Member(Expression Target, string Name) : Expression;

    /// <summary><c>target[key]</c>, the key a number for lists, a text for objects.</summary>
    public sealed record Index(Expression Target, Expression Key) : Expression;

    /// <summary><c>!operand</c>.</summary>
    public sealed record Not(Expression Operand) : Expression;

    /// <summary>A comparison or <c>&amp;&amp;</c> or <c>||</c>.</summary>
    public sealed record Binary(string Operator, Expression Left, Expression Right) : Expression;

    /// <summary>A call of one of <see cref="ExpressionFunctions"/>.</summary>
    public sealed record Call(string Function, ImmutableArray<Expression> Arguments) : Expression;

    /// <summary>This expression and all below it.</summary>
    public IEnumerable<Expression> All() => this switch
    {
        Member m => m.Target.All().Prepend(this),
        Index i => i.Target.All().Concat(i.Key.All()).Prepend(this),
        Not n => n.Operand.All().Prepend(this),
        Binary b => b.Left.All().Concat(b.Right.All()).Prepend(this),
        Call c => c.Arguments.SelectMany(argument => argument.All()).Prepend(this),
        _ => [this],
    };

    /// <summary>The phases it reads: every <c>phases.NAME</c>.</summary>
    public IEnumerable<PhaseId> Phases() => All()
        .OfType<Member>()
        .Where(member => member.Target is Context { Name: "phases" })
        .Select(member => new PhaseId(member.Name));

    /// <summary>Whether it asks how the phases before it ended, so that <c>success()</c> is not implied.</summary>
    public bool AsksForStatus() => All().OfType<Call>().Any(call => ExpressionFunctions.StatusFunctions.Contains(call.Function));
}
