package dev.lathe.app.cli;

import dev.lathe.app.engine.AcrossTargets;
import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.engine.AutoResult;
import dev.lathe.app.engine.EventJson;
import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.Targeting;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.WorkbenchEvent;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.evaluate.Selection;
import dev.lathe.hardware.MachineText;
import dev.lathe.profile.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lathe auto`.
@Command(name = "auto", description = {
    "Make variants of a model, score them on real data, measure them side by side, choose one, and export it.",
    "Without a model it takes the sample that is shipped."})
final class AutoCommand extends Common {
    private final ProgressLines lines;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private @Nullable String model;

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real data: a dataset description, or a folder with a dataset.json.")
    private @Nullable Path data;

    @Option(names = "--calibration", paramLabel = "default|none", description = "none evaluates every sample and calibrates with none.")
    private String calibration = "default";

    @Option(names = "--split", paramLabel = "NAME", description = "A named split of the dataset description.")
    private @Nullable String split;

    @Option(names = "--slo-p99", paramLabel = "TIME", converter = Durations.class, description = "Bound of the 99th percentile of the latency, such as 50ms.")
    private @Nullable Long sloP99Ns;

    @Option(names = "--max-drop", paramLabel = "POINTS", description = "Accuracy that may be lost, in points (default: 1.0 with labels; 2.0 points of agreement without).")
    private @Nullable Double maxDrop;

    @Option(names = "--budget", paramLabel = "TIME", converter = Durations.class, description = "Time for measuring (default: ${DEFAULT-VALUE}); what it cannot support is left out.", defaultValue = "60s")
    private Long budgetNs = 0L;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the runtime (default: the CPUs that may be used).")
    private @Nullable Integer threads;

    @Option(names = "--recipes", paramLabel = "NAME|FILE", split = ",", description = "Recipes to try (default: those worth trying on the target: on a processor original,clean,dynamic-int8,static-int8).")
    private @Nullable List<String> recipes;

    @Option(names = "--try", paramLabel = "NAME|FILE", split = ",", description = "Further recipes to try, such as float16, weights-int8, low-rank, pruned, pruned-int8.")
    private List<String> further = new ArrayList<>();

    @Mixin
    private Where where = new Where();

    @Option(names = "--fail-on-fallback", description = "End with exit code 4 if a node does not run on the target asked for.")
    private boolean failOnFallback;

    @Option(names = "--price", paramLabel = "USD/h", description = "The machine's price an hour.")
    private @Nullable Double usdPerHour;

    @Option(names = "--instance", paramLabel = "TYPE", description = "Price it as this instance type of the catalogue, such as c7i.large.")
    private @Nullable String instance;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder of the bundle (default: lathe-out/<model>-<time>).")
    private @Nullable Path out;

    @Option(names = "--force", description = "Replace an existing bundle; export the closest variant where none qualifies.")
    private boolean force;

    AutoCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
        this.lines = new ProgressLines(terminal);
    }

    @Override
    public Integer call() {
        check();
        try (Workbench workbench = workbench()) {
            if (where.targets().size() > 1) {
                return across(workbench);
            }
            where.apply(workbench, job());
            AutoOptions options = options(workbench);
            AutoResult result = workbench.auto(options,
                    new JobContext(this::progress, e -> event(e, workbench), cancellation));
            terminal.progressDone();
            if (!json()) {
                terminal.out(ResultText.of(result));
            }
            boolean fellBack = result.context().caveats().stream().anyMatch(c -> c.code().equals(Targeting.FALLBACK));
            return result.decision().qualifies() && !(failOnFallback && fellBack) ? 0 : Main.MISSED;
        }
    }

    private int across(Workbench workbench) {
        where.runtime(workbench);
        List<Target> targets = where.targets();
        AcrossTargets across = workbench.targeting().auto(targets, _ -> options(workbench).sharing(targets.size()),
                new JobContext(this::progress, e -> event(e, workbench), cancellation));
        terminal.progressDone();
        terminal.out(json() ? EventJson.targets(across).toString() : ResultText.of(across));
        boolean fellBack = across.results().stream().flatMap(r -> r.context().caveats().stream())
                .anyMatch(c -> c.code().equals(Targeting.FALLBACK));
        return across.results().stream().anyMatch(r -> r.decision().qualifies()) && !(failOnFallback && fellBack)
                ? 0
                : Main.MISSED;
    }

    private void check() {
        require(threads == null || threads > 0, "--threads must be at least 1");
        require(maxDrop == null || (maxDrop >= 0 && Double.isFinite(maxDrop)), "--max-drop must be 0 or more");
        require(usdPerHour == null || (usdPerHour > 0 && Double.isFinite(usdPerHour)), "--price must be above 0");
        require(usdPerHour == null || instance == null, "give --price or --instance, not both");
        require(calibration.equals("default") || calibration.equals("none"), "--calibration is default or none");
        require(split == null || calibration.equals("default"), "give --split or --calibration, not both");
        require(recipes == null || recipes.contains("original"),
                "--recipes must contain original: everything is held against it");
    }

    private void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), sentence);
        }
    }

    private AutoOptions options(Workbench workbench) {
        Path file;
        Optional<Path> description = given(data);
        if (model == null) {
            file = Home.sample("digits.onnx");
            description = description.or(() -> Optional.of(Home.sample("digits.dataset.json")));
        } else {
            file = workbench.resolve(model);
        }
        Selection selection = split != null
                ? Selection.split(split)
                : calibration.equals("none") ? Selection.NONE : Selection.DEFAULT;
        return new AutoOptions(file, new AutoOptions.Data(description, selection),
                new AutoOptions.Goals(sloP99Ns == null ? OptionalLong.empty() : OptionalLong.of(sloP99Ns),
                        maxDrop == null ? OptionalDouble.empty() : OptionalDouble.of(maxDrop),
                        usdPerHour == null ? OptionalDouble.empty() : OptionalDouble.of(usdPerHour), given(instance)),
                new AutoOptions.Effort(budgetNs, threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
                        tried(workbench)),
                new AutoOptions.Output(given(out), force));
    }

    private List<String> tried(Workbench workbench) {
        return Stream.concat((recipes == null ? workbench.targeting().recipes() : recipes).stream(), further.stream())
                .distinct()
                .toList();
    }

    private void progress(Progress progress) {
        if (!json()) {
            terminal.progress(progress);
            return;
        }
        lines.progress(progress);
    }

    private void event(WorkbenchEvent event, Workbench workbench) {
        lines.seen(event);
        if (json()) {
            EventJson.of(event).ifPresent(node -> terminal.out(node.toString()));
            return;
        }
        switch (event) {
            case WorkbenchEvent.Started(_, var file, var run, var resumed) -> {
                terminal.err(
                        resumed ? "continuing run " + run.text() + " where it was interrupted" : "run " + run.text());
                // only now: what is wrong with the arguments is answered with one sentence and nothing else
                terminal.out(MachineText.of(workbench.machine()).stripTrailing());
                terminal.out("");
                terminal.out(InspectCommand.text(file, workbench, job()));
                terminal.out("");
            }
            case WorkbenchEvent.ProblemFound(Problem problem) -> terminal.err("note: " + problem.sentence());
            case WorkbenchEvent.VariantMade(var variant) -> variant.problems()
                    .forEach(p -> terminal.err(variant.name() + ": " + p.sentence()));
            case WorkbenchEvent.VariantMeasured _,WorkbenchEvent.BlockMeasured _,WorkbenchEvent.Progressed _,WorkbenchEvent.OfCell _,WorkbenchEvent.Finished _ -> {
                // the table tells
            }
        }
    }
}
