using YamlDotNet.RepresentationModel;

namespace Conclave.Engine.Definition;

public static partial class WorkflowReader
{
    private sealed partial class Reading
    {
        private static LoopDefinition? Loop(MappingReader? map)
        {
            if (map is null)
            {
                return null;
            }

            map.Require("max");
            var loop = new LoopDefinition(map.RequiredText("until"), map.Count("max", 1, 100) ?? 1);
            map.RefuseUnknown();
            return loop;
        }

        private static MatrixDefinition? Matrix(MappingReader phase, string name)
        {
            if (phase.Node("matrix") is YamlScalarNode)
            {
                return phase.Text("matrix") is { } text && Expression(text) ? new MatrixDefinition.Maps(text) : Wrong(phase, phase.Node("matrix")!, $"`matrix` of phase `{name}`");
            }

            return phase.Map("matrix", $"`matrix` of phase `{name}`") is { } map
                ? new MatrixDefinition.Lists([.. map.Entries().Select(entry => List(entry.Key, entry.Value, map)).OfType<MatrixList>()])
                : null;
        }

        private static MatrixList? List(Sourced<string> key, YamlNode node, MappingReader map)
        {
            switch (node)
            {
                case YamlSequenceNode { Children.Count: > 0 } list:
                    return new MatrixList(key, [.. list.Children.Select(MappingReader.ToJson)], null);
                case YamlScalarNode { Value: { } text } when Expression(new Sourced<string>(text, key.At)):
                    return new MatrixList(key, [], map.Text(key.Value));
                default:
                    Wrong(map, node, $"`{key.Value}` of the matrix");
                    return null;
            }
        }

        private static bool Expression(Sourced<string> text) => text.Value.Contains("${{", StringComparison.Ordinal);

        private static MatrixDefinition? Wrong(MappingReader map, YamlNode node, string what)
        {
            map.Report("CONC006", node, $"{what} must be a list with at least one value, or an expression that gives a list", "\"${{ phases.split.output.parts }}\", for example");
            return null;
        }
    }
}
