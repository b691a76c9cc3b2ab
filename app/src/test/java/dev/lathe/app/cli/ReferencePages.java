package dev.lathe.app.cli;

import dev.lathe.base.Cancellation;
import dev.lathe.export.Exporter;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.RecipeSchema;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The pages of docs/reference, made of what the program knows of itself.
final class ReferencePages {
    private static final String GENERATED = """
            <!-- Generated: mvn -pl app -am test -Dtest=ReferencePagesTest -Dsurefire.failIfNoSpecifiedTests=false \
            -Dgolden.update=true -->
            """;
    private static final JsonMapper JSON = new JsonMapper();

    private ReferencePages() {}

    /// What the Javadoc of a class says, as its source has it.
    interface Sources {
        List<String> lines(Class<?> type);
    }

    static String passes(Sources sources) {
        StringBuilder page = new StringBuilder(GENERATED)
                .append("""
                        # Passes and recipes

                        A recipe is a list of passes. `--recipe` takes the name of a preset or a JSON file:
                        `{"name": "mine", "steps": [{"pass": "fold-constants", "options": {"max-growth-bytes": 1024}}]}`.
                        [recipe.schema.json](recipe.schema.json) is its JSON Schema: put `"$schema": "…/recipe.schema.json"` into the
                        file, and editors complete and check it. Without a file: `--pass quantize-weights:bits=8,exclude=/head/*`,
                        as often as there are passes, after those of `--recipe` where it is given; `--save-recipe FILE` writes what
                        was composed. `./lathe optimize --list-passes` lists what is here.

                        ## Preset recipes

                        | name | passes, in this order |
                        |---|---|
                        """);
        for (String name : Recipes.PRESETS) {
            page.append("| `").append(name).append("` | ").append(steps(Recipes.named(name))).append(" |\n");
        }
        page.append("\n## Passes\n\n| pass | what it does | outputs |\n|---|---|---|\n");
        for (Pass pass : Passes.all()) {
            page.append("| [").append(pass.info().id()).append("](#").append(pass.info().id()).append(") | ")
                    .append(pass.info().summary()).append(" | ").append(switch (pass.info().fidelity()) {
                        case SAME -> "the same up to rounding";
                        case APPROXIMATE, REMADE -> "change: score the variant";
                    }).append(" |\n");
        }
        for (Pass pass : Passes.all()) {
            Javadoc doc = Javadoc.of(sources.lines(pass.getClass()));
            page.append("\n## ").append(pass.info().id()).append("\n\n").append(doc.text())
                    .append(options(pass, doc.parameters()));
        }
        return page.toString();
    }

    private static String steps(Recipe recipe) {
        return recipe.steps().isEmpty()
                ? "none: the model as it is"
                : recipe.steps().stream().map(ReferencePages::step).collect(Collectors.joining(", "));
    }

    private static String step(Step step) {
        return "[" + step.pass() + "](#" + step.pass() + ")"
                + (step.options().isEmpty() ? "" : " `" + JSON.writeValueAsString(step.options()) + "`");
    }

    private static String options(Pass pass, Map<String, String> described) {
        Map<String, Object> options = Passes.options(pass);
        if (options.isEmpty()) {
            return "\nNo options.\n";
        }
        StringBuilder table = new StringBuilder("\n| option | type | default | meaning |\n|---|---|---|---|\n");
        Passes.describe(pass).forEach(option -> table.append("| `").append(option.name()).append("` | ")
                .append(option.type()).append(" | `").append(JSON.writeValueAsString(option.defaultValue()))
                .append("` | ").append(meaning(pass, option.name(), described)).append(" |\n"));
        return table.toString();
    }

    private static String meaning(Pass pass, String option, Map<String, String> described) {
        return Optional.ofNullable(described.get(camelCase(option))).orElseThrow(
                () -> new AssertionError("pass " + pass.info().id() + ": option " + option + " has no @param"));
    }

    /// What the program itself says of options: `meanings.json` beside the passes, by pass and option.
    static String meanings(Sources sources) {
        ObjectNode passes = JSON.createObjectNode();
        for (Pass pass : Passes.all()) {
            Map<String, String> described = Javadoc.of(sources.lines(pass.getClass())).parameters();
            if (!Passes.options(pass).isEmpty()) {
                ObjectNode own = passes.putObject(pass.info().id());
                Passes.options(pass).keySet()
                        .forEach(name -> own.put(name, meaning(pass, name, described).replace("`", "")));
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(passes).replace(System.lineSeparator(), "\n")
                + "\n";
    }

    static String recipeSchema(Sources sources) {
        JsonNode meanings = JSON.readTree(meanings(sources));
        return RecipeSchema.text((pass, option) -> meanings.path(pass).path(option).asString());
    }

    private static String camelCase(String kebab) {
        List<String> words = Arrays.asList(kebab.split("-"));
        return words.getFirst() + words.stream().skip(1).map(w -> Character.toUpperCase(w.charAt(0)) + w.substring(1))
                .collect(Collectors.joining());
    }

    static String exporters() {
        StringBuilder page = new StringBuilder(GENERATED).append("""
                # Export formats

                A bundle has `manifest.json`, `README.md`, `model/` and `samples/`, and one folder for each format.
                """);
        for (Exporter exporter : Exporter.all()) {
            page.append("\n## ").append(exporter.info().id()).append("\n\n").append(exporter.info().title())
                    .append(". ").append(exporter.info().description()).append('\n');
        }
        return page.toString();
    }

    static String commandLine() {
        Terminal silent = new Terminal(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        CommandLine line = new CommandLine(new LatheCommand(), new Factory(silent, new Cancellation()));
        line.setUsageHelpWidth(100);
        List<String> sections = new ArrayList<>(List.of(GENERATED + """
                # The command line

                Results go to stdout; progress, notes and problems to stderr.
                """));
        usages(line, sections);
        return String.join("\n", sections);
    }

    private static void usages(CommandLine command, List<String> sections) {
        sections.add(usage(command));
        command.getSubcommands().values().stream().distinct().forEach(c -> usages(c, sections));
    }

    private static String usage(CommandLine command) {
        String text = command.getUsageMessage(Ansi.OFF).lines().map(String::stripTrailing)
                .collect(Collectors.joining("\n"));
        return "## " + command.getCommandSpec().qualifiedName() + "\n\n```text\n" + text + "\n```\n";
    }
}
