using System.Text.Json.Nodes;
using Conclave.Engine.Definition.Expressions;

namespace Conclave.Engine.Execution;

/// <summary>JSON whose texts may be templates.</summary>
internal static class TemplatedJson
{
    /// <summary>The value with every template in it replaced by its value.</summary>
    /// <param name="contexts">What the expressions of a template see.</param>
    /// <exception cref="ExpressionException">One can't be evaluated.</exception>
    public static JsonNode? Evaluate(JsonNode? value, Func<IEnumerable<Expression>, ExpressionContext> contexts)
    {
        switch (value)
        {
            case JsonObject map:
                return new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Evaluate(pair.Value, contexts))));
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Evaluate(item, contexts))]);
            case JsonValue text when text.TryGetValue<string>(out var written):
                var template = Template.Parse(written);
                return template.Value(contexts(template.Expressions));
            default:
                return value?.DeepClone();
        }
    }
}
