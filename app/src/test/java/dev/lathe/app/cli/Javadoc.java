package dev.lathe.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The `///` comment of a file's first type.
///
/// @param text without the block tags
/// @param parameters text of each `@param`, by name
record Javadoc(String text, Map<String, String> parameters) {

    /// Reads the comment above the first line that begins with `@AutoService` or `public`.
    static Javadoc of(List<String> source) {
        List<String> comment = new ArrayList<>();
        for (String line : source) {
            if (line.startsWith("///")) {
                comment.add(line.substring(3).strip());
            } else if (line.startsWith("@AutoService") || line.startsWith("public ")) {
                break;
            } else {
                comment.clear();
            }
        }
        StringBuilder text = new StringBuilder();
        Map<String, String> parameters = new LinkedHashMap<>();
        String parameter = "";
        for (String line : comment) {
            if (line.startsWith("@param ")) {
                String[] parts = line.split(" ", 3);
                parameter = parts[1];
                parameters.put(parameter, parts[2]);
            } else if (parameter.isEmpty()) {
                text.append(line).append('\n');
            } else {
                parameters.merge(parameter, line, (a, b) -> a + " " + b);
            }
        }
        return new Javadoc(plain(text.toString().strip()) + "\n", withoutLinks(parameters));
    }

    private static Map<String, String> withoutLinks(Map<String, String> texts) {
        texts.replaceAll((_, text) -> plain(text.strip()));
        return texts;
    }

    /// Links to Java's names lead nowhere on a page.
    private static String plain(String text) {
        return text.replaceAll("\\[([A-Za-z#.()]+)](?!\\()", "`$1`");
    }
}
