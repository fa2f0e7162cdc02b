using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Council.Wording;

namespace Conclave.Engine.Council.Rules;

/// <summary>In what two descriptions of one endpoint do not fit. Symmetric; between caller and server it knows who must give and who must bear.</summary>
internal static class EndpointDifferences
{
    public static ImmutableArray<string> Of(Endpoint one, Endpoint other)
    {
        if (one.Side == other.Side)
        {
            return
            [
                .. FieldText.Differences("request", one.RequestFields, other.RequestFields),
                .. FieldText.Differences("response", one.ResponseFields, other.ResponseFields),
                .. Rest(one, other, $"status {Math.Min(one.Status, other.Status)} or {Math.Max(one.Status, other.Status)}"),
            ];
        }

        var (call, serve) = one.Side == EndpointSide.Calls ? (one, other) : (other, one);
        return
        [
            .. Unmet(call.ResponseFields, serve.ResponseFields, "is expected in the response but not given", "is always expected in the response but may be missing"),
            .. Unmet([.. serve.RequestFields.Where(field => field.Required)], call.RequestFields, "is required in the request but not sent", "is required in the request but not always sent"),
            .. FieldText.Missing(call.RequestFields, serve.RequestFields).Select(field => $"`{field.Name}` is sent but not known"),
            .. FieldText.OtherTypes("request", call.RequestFields, serve.RequestFields),
            .. FieldText.OtherTypes("response", call.ResponseFields, serve.ResponseFields),
            .. Rest(call, serve, $"status {call.Status} is expected but {serve.Status} given"),
        ];
    }

    private static IEnumerable<string> Rest(Endpoint one, Endpoint other, string status)
    {
        if (one.Status != other.Status)
        {
            yield return status;
        }

        if (Auth(one.Auth) != Auth(other.Auth))
        {
            yield return $"auth {string.Join(" or ", new[] { one.Auth.Trim(), other.Auth.Trim() }.Order(StringComparer.Ordinal).Select(auth => $"`{auth}`"))}";
        }
    }

    private static IEnumerable<string> Unmet(ImmutableArray<Field> wanted, ImmutableArray<Field> given, string missing, string optional) =>
    [
        .. FieldText.Missing(wanted, given).Select(field => $"`{field.Name}` {missing}"),
        .. from want in wanted
           where want.Required
           from give in given
           where give.Name == want.Name && !give.Required
           select $"`{want.Name}` {optional}",
    ];

    private static string Auth(string auth) => ChoiceText.Of(auth) is var read && read.Chosen.TryGetValue("auth", out var known) ? (known.Term.Name == "open" ? "none" : known.Term.Name)
        : PlanNames.Name(auth) is "" or "no" or "false" ? "none"
        : PlanNames.Name(auth);
}

/// <summary>Fields side by side. Names on the wire are exact: <c>short_code</c> and <c>shortCode</c> are two.</summary>
internal static class FieldText
{
    /// <summary>The type as the schema names it.</summary>
    public static string Type(Field field) => JsonSerializer.SerializeToElement(field.Type, EngineJson.Options).GetString()!;

    /// <summary>The wanted fields that are not given. What is inside of another field is compared only when both tell the inside of that one.</summary>
    public static IEnumerable<Field> Missing(ImmutableArray<Field> wanted, ImmutableArray<Field> given) =>
        wanted.Where(want => given.All(give => give.Name != want.Name) && (Outer(want.Name) is not { } outer || given.Any(give => Outer(give.Name) == outer)));

    public static IEnumerable<string> OtherTypes(string where, ImmutableArray<Field> one, ImmutableArray<Field> other) =>
        from field in one
        from same in other
        where same.Name == field.Name && same.Type != field.Type
        select $"`{field.Name}` in the {where} is {Both(field, same)}";

    public static IEnumerable<string> Differences(string where, ImmutableArray<Field> one, ImmutableArray<Field> other) =>
    [
        .. Missing(one, other).Concat(Missing(other, one)).Select(field => $"only one has `{field.Name}` in the {where}").Order(StringComparer.Ordinal),
        .. OtherTypes(where, one, other),
        .. from field in one
           from same in other
           where same.Name == field.Name && same.Required != field.Required
           select $"`{field.Name}` in the {where} is required or optional",
    ];

    private static string Both(Field one, Field other) => string.Join(" or ", new[] { Type(one), Type(other) }.Order(StringComparer.Ordinal));

    private static string? Outer(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : null;
}
