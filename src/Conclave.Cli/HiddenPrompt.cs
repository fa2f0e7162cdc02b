using System.Text;

namespace Conclave.Cli;

/// <summary>Asks at the terminal for something that is not shown while it is typed.</summary>
internal static class HiddenPrompt
{
    /// <summary>What was typed or pasted; null when the user gave up.</summary>
    public static string? Ask(TextWriter talk, string question)
    {
        // Asking for a key that is there turns the echo off. Done later, by the first read, it would leave time in which a quick paste shows.
        _ = Console.KeyAvailable;
        talk.Write(question);
        talk.Flush();
        var text = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    talk.WriteLine("");
                    return text.ToString();
                case ConsoleKey.Escape:
                    talk.WriteLine("");
                    return null;
                case ConsoleKey.Backspace:
                    text.Length = Math.Max(0, text.Length - 1);
                    break;
                case ConsoleKey.U when key.Modifiers == ConsoleModifiers.Control:
                    text.Clear();
                    break;
                default:
                    if (key.KeyChar != '\0')
                    {
                        text.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
