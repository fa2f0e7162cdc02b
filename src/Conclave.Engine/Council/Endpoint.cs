using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Conclave.Engine.Council;

/// <summary>One HTTP endpoint, as seen from the side that serves it or the side that calls it.</summary>
public sealed record Endpoint(
    [property: Description("GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.")] string Method,
    [property: Description("The path with its parameters in braces, without a query: /api/links/{code}.")] string Path,
    [property: Description("Whether your part serves it or calls it.")] EndpointSide Side,
    [property: Description("Fields of the body and of the query, not of the path; those of an object in it as `owner.name`, those of a list's items as `items[].name`.")] ImmutableArray<Field> RequestFields,
    [property: Description("Fields of the answer in case of success, written in the same way.")] ImmutableArray<Field> ResponseFields,
    [property: Description("The status of success, for example 201.")] int Status,
    [property: Description("How the caller proves who it is: `none`, `bearer`, `cookie`, `basic`, `api_key`, or in your words.")] string Auth,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>Who has an endpoint in its plan.</summary>
public enum EndpointSide
{
    /// <summary>The part answers it.</summary>
    Serves,

    /// <summary>The part sends it.</summary>
    Calls,
}

/// <summary>A thing that is stored.</summary>
public sealed record Entity(
    [property: Description("In the singular, unique in the plan.")] string Name,
    ImmutableArray<Field> Fields,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>A field of a request, a response or an entity.</summary>
public sealed record Field(
    string Name,
    FieldType Type,
    [property: Description("Whether it is always there and never null.")] bool Required);

/// <summary>The closed list of field types: what they are on the wire or in the store, not in a language.</summary>
public enum FieldType
{
    /// <summary>Text.</summary>
    [JsonStringEnumMemberName("string")]
    Text,

    /// <summary>A whole number.</summary>
    [JsonStringEnumMemberName("integer")]
    Whole,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>True or false.</summary>
    [JsonStringEnumMemberName("boolean")]
    Flag,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A moment.</summary>
    Datetime,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>A list.</summary>
    [JsonStringEnumMemberName("list")]
    Items,

    /// <summary>Fields of its own.</summary>
    [JsonStringEnumMemberName("object")]
    Fields,
}
