using YamlDotNet.RepresentationModel;

namespace Conclave.Engine.Definition;

/// <summary>Reads <c>on_error: fail | continue | escalate</c> or <c>on_error: { default: value }</c>.</summary>
internal static class OnErrorReader
{
    private enum Word
    {
        Fail,
        Continue,
        Escalate,
    }

    public static OnError Read(MappingReader phase) => phase.Node("on_error") is YamlMappingNode
        ? Default(phase.Map("on_error")!)
        : phase.OneOf<Word>("on_error") switch
        {
            Word.Continue => new OnError.Continue(),
            Word.Escalate => new OnError.Escalate(),
            _ => new OnError.Fail(),
        };

    private static OnError Default(MappingReader map)
    {
        // Asked for in two ways: a value that is null is a value too, a key that is absent is not.
        map.Node("default");
        map.RefuseUnknown();
        if (map.Entries().FirstOrDefault(entry => entry.Key.Value == "default") is not { Value: { } value } found)
        {
            map.Report("CONC005", map.At, $"{map.What} lacks `default`");
            return new OnError.Fail();
        }

        var json = MappingReader.ToJson(value);
        if (json?.ToJsonString(EngineJson.Options).Contains("${{", StringComparison.Ordinal) == true)
        {
            map.Report("CONC050", found.Key.At, $"the default of {map.What} holds an expression, which is not evaluated there", "write the value itself");
        }

        return new OnError.Default(json);
    }
}
