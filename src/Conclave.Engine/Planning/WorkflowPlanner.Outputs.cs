using System.Text.Json.Nodes;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

public static partial class WorkflowPlanner
{
    // What phases give, and what is given in their place.
    private sealed partial class Planning
    {
        // Only a kind that asks the phase's own question heeds them; elsewhere they would be ignored without a word.
        private void RefuseQuestionKeys(PhaseDefinition phase, StepKind kind)
        {
            if (phase.Prompt is { } prompt)
            {
                Report("CONC066", prompt.At, $"phase `{phase.Name.Value}` has a `prompt`, and `{kind.Name}` asks its own questions", "remove it, or leave `uses` out");
            }

            if (phase.Output is { } output)
            {
                Report("CONC066", output.At, $"phase `{phase.Name.Value}` has an `output`, and `{kind.Name}` gives an output of its own", "remove it, or leave `uses` out");
            }
        }

        // A schema is data: it must be readable, and must not make anybody fetch another one.
        private void CheckSchema(string phase, JsonNode? schema, SourcePosition at)
        {
            switch (schema)
            {
                case JsonObject map:
                    if (map["$ref"] is JsonValue reference && !reference.ToString().StartsWith('#'))
                    {
                        Report("CONC067", at, $"the output schema of phase `{phase}` points to `{reference}`, outside of itself", "write that part out, or point into the schema with `#/...`");
                    }

                    if (map["type"] is JsonValue type && !SchemaTypes.Contains(type.ToString()))
                    {
                        Report("CONC067", at, $"the output schema of phase `{phase}` has the type `{type}`, which JSON Schema does not know", NearMiss.Suggest(type.ToString(), SchemaTypes));
                    }

                    foreach (var (key, value) in map.Where(pair => pair.Key is not ("enum" or "const" or "default" or "examples")))
                    {
                        // `properties` holds names of the user's own, such as `type`.
                        foreach (var part in key is "properties" or "$defs" or "definitions" && value is JsonObject named ? named.Select(pair => pair.Value) : [value])
                        {
                            CheckSchema(phase, part, at);
                        }
                    }

                    break;
                case JsonArray list:
                    list.ToList().ForEach(item => CheckSchema(phase, item, at));
                    break;
                default:
                    break;
            }
        }

        // Where no schema says what an output is, any value may stand for it. Null stands for none, which every reader must expect anyway.
        private void CheckDefault(PhaseDefinition written, Phase phase)
        {
            if (phase.Output is null || written.OnError is not OnError.Default { Value: { } value } || PhaseTypes.Regular(phase).Misfit(value, "default") is not { } misfit)
            {
                return;
            }

            var fix = phase.HasMatrix ? "give a list with one output for each step, or null" : "give a value of the output's form, or null";
            Report("CONC068", written.Name.At, $"`on_error` of phase `{written.Name.Value}` does not fit its output: {misfit}", fix);
        }

        private static readonly string[] SchemaTypes = ["null", "boolean", "number", "integer", "string", "array", "object"];
    }
}
