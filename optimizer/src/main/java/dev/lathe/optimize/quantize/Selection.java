package dev.lathe.optimize.quantize;

import dev.lathe.graph.Node;
import java.util.List;
import java.util.regex.Pattern;

/// Which nodes a pass may touch. Entries are node names, operator types, or globs (`*` and `?`) of either; a node without
/// a name is called by its first output.
///
/// @param include only these; all where it is empty
/// @param exclude not these, and that is stronger
public record Selection(List<String> include, List<String> exclude) {

    /// Copies the lists.
    public Selection {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// Whether the node may be touched.
    public boolean matches(Node node) {
        return (include.isEmpty() || names(include, node)) && !names(exclude, node);
    }

    private static boolean names(List<String> entries, Node node) {
        return entries.stream().anyMatch(e -> isGlobOf(e, node.operator()) || isGlobOf(e, node.name())
                || (node.name().isEmpty() && !node.outputs().isEmpty() && isGlobOf(e, node.outputs().getFirst())));
    }

    /// Whether a text is what a glob (`*` and `?`) stands for.
    public static boolean isGlobOf(String glob, String text) {
        if (text.isEmpty()) {
            return false;
        }
        if (glob.indexOf('*') < 0 && glob.indexOf('?') < 0) {
            return glob.equals(text);
        }
        StringBuilder regex = new StringBuilder();
        glob.chars().forEach(c -> regex.append(switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(Character.toString(c));
        }));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
    }
}
