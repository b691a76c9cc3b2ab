package dev.lathe.export;

import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as a bundle holds it: the same bytes for the same values, on every system.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");

    private Json() {}

    /// Reads a text.
    static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    /// On several lines, for people.
    static String pretty(JsonNode node) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(INDENT).withArrayIndenter(INDENT);
        return MAPPER.writer().with(printer).writeValueAsString(node) + "\n";
    }

    /// On one line, for machines.
    static String compact(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }
}
