package dev.lathe.optimize;

/// An option of a pass, for lists, forms and messages.
///
/// @param name kebab-case, as recipes and flags write it
/// @param kind what values it takes
/// @param type the values in words: `a whole number: 4, 8`, `true or false`
/// @param defaultValue as JSON has it
/// @param meaning what it does, in one sentence
public record OptionInfo(String name, Kind kind, String type, Object defaultValue, String meaning) {

    /// What values an option takes: `YES_OR_NO`, a `WHOLE` or any `NUMBER`, a `CHOICE` of words, a `TEXT`, `TEXTS` and `NUMBERS`
    /// are lists, and `OTHER` is what only a recipe's JSON can say.
    public enum Kind {
        YES_OR_NO, WHOLE, NUMBER, CHOICE, TEXT, TEXTS, NUMBERS, OTHER
    }
}
