package dev.lathe.app.cli;

import dev.lathe.app.engine.Searched;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.StepReport;
import dev.lathe.optimize.Variant;
import dev.lathe.optimize.sparse.CompressedSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe optimize`.
@Command(name = "optimize", description = "Make one variant of a model by a recipe, or by passes named one by one.")
final class OptimizeCommand extends Common {
    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private @Nullable String model;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = {"--recipe",
        "--preset"}, paramLabel = "NAME|FILE.json", description = "original, clean, dynamic-int8, static-int8, mixed-int8, float16, weights-int8, weights-int4, low-rank, pruned, pruned-int8, or a file.")
    private @Nullable String recipe;

    @Option(names = "--pass", paramLabel = "PASS[:OPTION=VALUE,...]", description = "A pass, after those of the recipe and of earlier --pass; a list's values are given one by one.")
    private List<String> passes = new ArrayList<>();

    @Option(names = "--save-recipe", paramLabel = "FILE.json", description = "Write the recipe to a file; without MODEL nothing else is done.")
    private @Nullable Path saved;

    @Option(names = "--list-passes", description = "List the passes with their options.")
    private boolean listing;

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real data, for recipes that calibrate.")
    private @Nullable Path data;

    @Option(names = "--calibration", paramLabel = "FILE|DIR", description = "With --max-drop: other data to learn ranges from; all of --data is scored then.")
    private @Nullable Path calibration;

    @Option(names = "--max-drop", paramLabel = "POINTS", description = "Search for the fastest mix of integers and floats that loses no more, as mixed-int8 does (there: 1.0 with labels, 2.0 points of agreement without).")
    private @Nullable Double maxDrop;

    @Option(names = "--out", paramLabel = "FILE", description = "The file to write.")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace files that exist.")
    private boolean force;

    OptimizeCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        if (listing) {
            terminal.out(json() ? PassList.json() : PassList.text());
            return 0;
        }
        Recipe chosen = recipe();
        if (saved != null) {
            save(chosen, saved);
        }
        if (model == null) {
            require(saved != null, "give a MODEL, or --save-recipe or --list-passes");
            return 0;
        }
        if (out == null) {
            throw new ParameterException(spec.commandLine(), "give the file to write with --out");
        }
        if (maxDrop != null || chosen.name().equals(Recipes.MIXED)) {
            return search(chosen, model, out);
        }
        try (Workbench workbench = workbench()) {
            Path parent = workbench.resolve(model);
            Variant variant = workbench.optimize(parent, chosen, given(data), out, force, job());
            terminal.progressDone();
            variant.problems().forEach(p -> terminal.err("note: " + p.sentence()));
            Optional<Compression> compression = Compression.of(parent, variant);
            terminal.out(json() ? json(variant, compression) : text(variant, compression));
        }
        return 0;
    }

    private int search(Recipe chosen, String named, Path target) {
        Path scored = given(data).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "give real samples with --data: candidates are scored on them"));
        require(maxDrop == null || maxDrop >= 0, "--max-drop must be at least 0");
        try (Workbench workbench = workbench()) {
            Searched searched = workbench.search(workbench.resolve(named), chosen, scored, given(calibration),
                    maxDrop == null ? OptionalDouble.empty() : OptionalDouble.of(maxDrop), target, force, job());
            terminal.progressDone();
            searched.written().ifPresent(
                    v -> v.problems().forEach(p -> terminal.err("note: " + p.sentence())));
            terminal.out(json() ? SearchText.json(searched) : SearchText.of(searched));
            if (!searched.outcome().holds()) {
                terminal.err("lathe: " + SearchText.unmet(searched));
            }
            return searched.outcome().cancelled() ? Main.CANCELLED : searched.outcome().holds() ? 0 : Main.MISSED;
        }
    }

    private void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), sentence);
        }
    }

    /// The recipe given, and the passes given after it; named after both, or after the file it is saved in.
    private Recipe recipe() {
        require(recipe != null || !passes.isEmpty(), "give --recipe, or passes with --pass");
        Optional<Recipe> base = given(recipe).map(Recipes::named);
        if (passes.isEmpty()) {
            return base.orElseThrow();
        }
        List<Step> steps = new ArrayList<>(base.map(Recipe::steps).orElse(List.of()));
        List<String> names = new ArrayList<>(base.map(Recipe::name).stream().toList());
        for (String pass : passes) {
            Step step = Passes.step(pass);
            steps.add(step);
            names.add(step.pass());
        }
        String name = given(saved).map(f -> f.getFileName().toString().replaceFirst("\\.json$", ""))
                .orElse(String.join("+", names));
        return new Recipe(name, steps);
    }

    private void save(Recipe chosen, Path file) {
        if (Files.exists(file) && !force) {
            throw Problem.error("output-exists", file.toString(), "the file exists already",
                    "Choose another --save-recipe, or pass --force to replace it.").toException();
        }
        try {
            Files.writeString(file, Recipes.toText(chosen));
        } catch (IOException e) {
            throw new ProblemException(Problem.error("file-unwritable", file.toString(),
                    "the recipe cannot be written (" + e.getClass().getSimpleName() + ")",
                    "Check that the folder exists and that you may write to it."), e);
        }
    }

    /// What compression makes of a model with zeros among its weights, and of the model it was made of.
    record Compression(long parentBytes, long parentCompressedBytes, long compressedBytes) {

        static Optional<Compression> of(Path parent, Variant variant) {
            return variant.steps().stream().anyMatch(s -> s.pass().equals("sparsify-weights"))
                    ? Optional.of(new Compression(Variant.sizeBytes(parent), CompressedSize.ofModel(parent),
                            CompressedSize.ofModel(variant.file())))
                    : Optional.empty();
        }
    }

    static String json(Variant variant, Optional<Compression> compression) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "variant")
                .put("name", variant.recipe().name()).put("id", variant.id().hex())
                .put("file", variant.file().toString())
                .put("sizeBytes", variant.sizeBytes());
        compression
                .ifPresent(c -> node.put("compressedBytes", c.compressedBytes()).put("parentSizeBytes", c.parentBytes())
                        .put("parentCompressedBytes", c.parentCompressedBytes())
                        .put("compression", "zstd -" + CompressedSize.LEVEL));
        var steps = node.putArray("steps");
        for (StepReport step : variant.steps()) {
            var changes = steps.addObject().put("pass", step.pass()).putArray("changes");
            step.changes().forEach(c -> changes.addObject().put("count", c.count()).put("what", c.what()));
        }
        return node.toString();
    }

    private static String compressed(long size, long compressed) {
        return "size " + Texts.bytes(size) + ", compressed " + Texts.bytes(compressed) + " (zstd -"
                + CompressedSize.LEVEL
                + ")";
    }

    static String text(Variant variant, Optional<Compression> compression) {
        StringBuilder text = new StringBuilder(
                variant.file() + "  " + Texts.bytes(variant.sizeBytes()) + "  variant " + variant.id()
                        + System.lineSeparator());
        compression.ifPresent(c -> text.append("  ").append(compressed(variant.sizeBytes(), c.compressedBytes()))
                .append("; its parent: ").append(compressed(c.parentBytes(), c.parentCompressedBytes()))
                .append(System.lineSeparator()));
        for (StepReport step : variant.steps()) {
            step.changes().forEach(c -> text.append("  ").append(step.pass()).append(": ").append(c.count()).append(' ')
                    .append(c.what()).append(System.lineSeparator()));
        }
        return text.toString().stripTrailing();
    }
}
