package dev.lathe.app.cli;

import dev.lathe.app.engine.PruningDamage;
import dev.lathe.app.engine.SearchJson;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Reading;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.search.Sensitivities;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe sensitivity`.
@Command(name = "sensitivity", description = "Show what quantizing each layer alone does to the outputs, and what time it saves; with a recipe that prunes, what cutting each group of channels alone does to the outputs and the score.")
final class SensitivityCommand extends Common {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private String model = "";

    @Option(names = {"--data",
        "--calibration"}, paramLabel = "FILE|DIR", description = "Real data: its calibration samples show ranges and judge outputs (at most 64).")
    private @Nullable Path data;

    @Option(names = "--recipe", paramLabel = "NAME|FILE.json", description = "A recipe that quantizes statically, or one that prunes (default: ${DEFAULT-VALUE}).", defaultValue = "static-int8")
    private String recipe = "";

    @Option(names = "--sort", paramLabel = "damage|time|trade|graph", description = "What comes first: most damage, most time saved, most damage for the time saved, or the graph's order (default: ${DEFAULT-VALUE}).", defaultValue = "damage")
    private Sensitivities.Order order = Sensitivities.Order.DAMAGE;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the runtime (default: the CPUs that may be used).")
    private @Nullable Integer threads;

    @Option(names = "--no-times", description = "Profile nothing: damage alone.")
    private boolean noTimes;

    SensitivityCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        if (data == null) {
            throw new ParameterException(spec.commandLine(),
                    "give real samples with --data: ranges are learned from them, and outputs judged on them");
        }
        Recipe chosen = Recipes.named(recipe);
        try (Workbench workbench = workbench()) {
            if (prunes(chosen)) {
                PruningDamage damage = workbench.pruningDamage(workbench.resolve(model), chosen, data, job());
                terminal.progressDone();
                terminal.out(json() ? DamageText.json(damage) : DamageText.of(damage, order));
                return 0;
            }
            Sensitivities table = workbench.sensitivity(workbench.resolve(model), chosen, data,
                    threads == null ? OptionalInt.empty() : OptionalInt.of(threads), !noTimes, job());
            terminal.progressDone();
            if (json()) {
                ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
                node.set("sensitivities", SearchJson.of(table));
                terminal.out(node.toString());
            } else {
                terminal.out(text(table, order));
            }
        }
        return 0;
    }

    /// Whether it is channels that are looked at, not layers.
    private static boolean prunes(Recipe recipe) {
        List<String> passes = recipe.steps().stream().map(Step::pass).toList();
        return passes.contains("prune-channels") && !passes.contains("quantize-static");
    }

    static String text(Sensitivities table, Sensitivities.Order order) {
        Table rows = new Table("layer", "operator", ">weights", ">damage (MSE)", ">signal to noise", ">saves / query");
        List<Sensitivities.Layer> layers = table.sorted(order);
        layers.forEach(l -> rows.row(l.node(), l.operator(), String.format(Locale.ROOT, "%,d", l.parameters()),
                String.format(Locale.ROOT, "%.2e", l.normalizedMse()),
                String.format(Locale.ROOT, "%.1f dB", l.signalToNoiseDb()), saved(l)));
        return rows + System.lineSeparator() + System.lineSeparator()
                + String.format(Locale.ROOT,
                        "judged   each layer quantized alone, on %d calibration samples of %s; ranges by %s",
                        table.samples(), table.model(), table.ranges())
                + System.lineSeparator()
                + String.format(Locale.ROOT, "whole    %.1f dB with all of them quantized", table.wholeDb())
                + System.lineSeparator() + "timed    " + switch (table.timed()) {
                    case Reading.Known<String>(String words, _) -> words;
                    case Reading.Unknown<String>(String why) -> why;
                };
    }

    private static String saved(Sensitivities.Layer layer) {
        return switch (layer.savedNs()) {
            case Reading.Known<Sensitivities.Saved>(var saved, _) -> (saved.ns() < 0 ? "-" : "")
                    + Texts.duration(Math.abs(saved.ns())) + (saved.shown() ? "" : " (not shown)");
            case Reading.Unknown<Sensitivities.Saved> _ -> "unknown";
        };
    }
}
