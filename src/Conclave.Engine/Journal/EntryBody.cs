using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Conclave.Engine.Journal;

/// <summary>
/// What an entry says. The set is closed: each case has a stable name with a version (<see cref="EntryKindAttribute"/>), never a CLR name,
/// and a case that was released is never changed, only followed by a next version.
/// </summary>
public abstract partial record EntryBody
{
    private static readonly FrozenDictionary<string, Type> Types = typeof(EntryBody)
        .GetNestedTypes()
        .Where(type => type.IsSubclassOf(typeof(EntryBody)))
        .ToFrozenDictionary(type => type.GetCustomAttribute<EntryKindAttribute>()!.Kind, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, string> Kinds = Types.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    private EntryBody()
    {
    }

    /// <summary>The stable name of this case.</summary>
    public string Kind() => Kinds[GetType()];

    /// <summary>All its texts that may be blobs, so that they are stored and loaded with it.</summary>
    public virtual IEnumerable<StoredText> Texts() => [];

    /// <summary>All blobs that it names: those of its texts and, in some cases, files.</summary>
    public virtual IEnumerable<BlobId> Blobs() => Texts().Select(text => text.Blob).OfType<BlobId>();

    /// <summary>The exact bytes that are stored and hashed.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), EngineJson.Options);

    /// <summary>Reads a body back.</summary>
    /// <exception cref="JsonException">The kind is not known to this version, or the bytes don't fit it.</exception>
    public static EntryBody Read(string kind, ReadOnlySpan<byte> bytes) => Types.TryGetValue(kind, out var type)
        ? (EntryBody)JsonSerializer.Deserialize(bytes, type, EngineJson.Options)!
        : throw new JsonException($"This version does not know entries of kind `{kind}`.");
}

/// <summary>The stable name of an entry's kind, with its version: <c>phase-started/1</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EntryKindAttribute(string kind) : Attribute
{
    public string Kind { get; } = kind;
}
