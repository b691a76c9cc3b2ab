package dev.lathe.app.cli;

import dev.lathe.optimize.OptionInfo;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.Passes;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The passes there are, as `--list-passes` prints them.
final class PassList {
    /// Letters of a default in a column; the whole is in the JSON.
    private static final int WIDEST = 40;

    private PassList() {}

    static String text() {
        List<String> blocks = new ArrayList<>();
        for (Pass pass : Passes.all()) {
            String outputs = switch (pass.info().fidelity()) {
                case SAME -> "outputs stay the same";
                case APPROXIMATE, REMADE -> "outputs change";
            };
            String head = pass.info().id() + ": " + pass.info().summary() + " (" + outputs + ")";
            List<OptionInfo> options = Passes.describe(pass);
            Table table = new Table("  option", "type", "default", "meaning");
            options.forEach(o -> table.row("  " + o.name(), o.type(), brief(o.defaultValue()), o.meaning()));
            blocks.add(options.isEmpty() ? head : head + System.lineSeparator() + table);
        }
        return String.join(System.lineSeparator() + System.lineSeparator(), blocks);
    }

    private static String brief(Object value) {
        String text = value instanceof String word ? word : JsonMapper.shared().writeValueAsString(value);
        return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
    }

    static String json() {
        return String.join(System.lineSeparator(), Passes.all().stream().map(PassList::json).toList());
    }

    private static String json(Pass pass) {
        ObjectNode node = JsonMapper.shared().createObjectNode().put("schema", 1).put("event", "pass")
                .put("id", pass.info().id()).put("summary", pass.info().summary())
                .put("keepsOutputs", switch (pass.info().fidelity()) {
                    case SAME -> true;
                    case APPROXIMATE, REMADE -> false;
                });
        ArrayNode options = node.putArray("options");
        for (OptionInfo option : Passes.describe(pass)) {
            options.addObject().put("name", option.name()).put("type", option.type())
                    .put("meaning", option.meaning())
                    .set("default", JsonMapper.shared().valueToTree(option.defaultValue()));
        }
        return node.toString();
    }
}
