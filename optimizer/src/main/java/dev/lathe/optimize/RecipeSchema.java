package dev.lathe.optimize;

import java.util.function.BinaryOperator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON Schema of recipes, made of the passes' records: editors complete and check recipes with it.
public final class RecipeSchema {
    private RecipeSchema() {}

    /// The schema (draft 2020-12), in lines.
    public static String text() {
        return text(Options::meaning);
    }

    /// The schema with these meanings of options.
    ///
    /// @param meaning what an option does, by the pass's id and the option's name
    public static String text(BinaryOperator<String> meaning) {
        ObjectNode schema = JsonMapper.shared().createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "A Lathe recipe")
                .put("description", "Passes in the order they are applied in.")
                .put("type", "object").put("additionalProperties", false);
        schema.putArray("required").add("name").add("steps");
        ObjectNode fields = schema.putObject("properties");
        fields.putObject("$schema").put("type", "string");
        fields.putObject("name").put("type", "string").put("description", "For people.");
        ArrayNode passes = fields.putObject("steps").put("type", "array").putObject("items").putArray("oneOf");
        Passes.all().forEach(pass -> passes.add(step(pass, meaning)));
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(schema)
                .replace(System.lineSeparator(), "\n") + "\n";
    }

    private static ObjectNode step(Pass pass, BinaryOperator<String> meaning) {
        ObjectNode step = JsonMapper.shared().createObjectNode().put("type", "object")
                .put("description", pass.info().summary()).put("additionalProperties", false);
        step.putArray("required").add("pass");
        ObjectNode fields = step.putObject("properties");
        fields.putObject("pass").put("const", pass.info().id());
        fields.set("options", Options.schema(pass, meaning));
        return step;
    }
}
