package dev.lathe.export;

import dev.lathe.base.Problem;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Writes a bundle's `README.md`: what this is, how to start it, how to check it, and what was measured where.
final class BundleReadme {
    static final String FILE = "README.md";
    private static final MathContext SHOWN_DIGITS = new MathContext(4);
    private static final double NS_PER_MS = 1e6;

    private final Deployment deployment;
    private final Samples samples;
    private final List<String> lines = new ArrayList<>();

    private BundleReadme(Deployment deployment) {
        this.deployment = deployment;
        this.samples = new Samples(deployment);
    }

    /// @param instructions how to start each format's server
    /// @param caveats what a user of this bundle should know
    static String render(Deployment deployment, List<String> instructions, List<Problem> caveats) {
        BundleReadme readme = new BundleReadme(deployment);
        readme.introduction(caveats);
        readme.lines.add("## Start it");
        readme.lines.add("");
        instructions.forEach(i -> readme.lines.add(i.strip() + "\n"));
        if (instructions.isEmpty()) {
            readme.lines.add("No deployment format in this bundle can name `" + deployment.serving().target()
                    + "`: load the file in `model/` there with a program of your own.\n");
        }
        readme.check(!instructions.isEmpty());
        readme.measured();
        readme.contents();
        return String.join("\n", readme.lines) + "\n";
    }

    private void introduction(List<Problem> caveats) {
        Evidence evidence = deployment.evidence();
        ServingChoice serving = deployment.serving();
        lines.add("# " + deployment.modelName());
        lines.add("");
        lines.add("Variant `" + evidence.variant().name() + "` (" + evidence.variant().id() + "), made "
                + evidence.created() + ". SHA-256 of the model: `" + deployment.model().sha256() + "`.");
        lines.add("");
        lines.add("Serve it on `" + serving.target() + "` with " + count(serving.instances(), "instance") + " of "
                + count(serving.intraOpThreads(), "thread") + ", batches of up to " + serving.maxBatch()
                + ", waiting at most " + serving.maxQueueDelayMicros() + " µs for a batch.");
        lines.add("");
        if (!caveats.isEmpty()) {
            lines.add("To know before using it:");
            lines.add("");
            caveats.forEach(p -> lines.add("- " + oneLine(p.sentence())));
            lines.add("");
        }
    }

    private void check(boolean hasServer) {
        lines.add("## Check it");
        lines.add("");
        if (deployment.samples().isEmpty()) {
            lines.add("This bundle holds no sample requests.");
            lines.add("");
            return;
        }
        lines.add(
                "Each request of `samples/` must be answered by the outputs in the file `expected` beside it, to within "
                        + number(deployment.tolerance().absolute()) + " + " + number(deployment.tolerance().relative())
                        + " x |expected| (" + oneLine(deployment.tolerance().reason()) + ")" + (hasServer ? ":" : "."));
        lines.add("");
        if (!hasServer) {
            return;
        }
        lines.add("```sh");
        for (Request sample : deployment.samples()) {
            Samples.Body body = samples.body(sample);
            String headers = body.jsonBytes().map(n -> "-H 'Content-Type: application/octet-stream' "
                    + "-H 'Inference-Header-Content-Length: " + n + "'")
                    .orElse("-H 'Content-Type: application/json'");
            lines.add("curl -fsS http://localhost:8000/v2/models/" + deployment.modelName() + "/infer " + headers
                    + " --data-binary @" + body.file());
        }
        lines.add("```");
        lines.add("");
    }

    private void measured() {
        Evidence evidence = deployment.evidence();
        lines.add("## What was measured");
        lines.add("");
        lines.add("| what | value | interval | n | origin |");
        lines.add("|---|---|---|---|---|");
        evidence.figures().forEach(f -> lines.add(row(f)));
        evidence.score().ifPresent(s -> lines.add("| " + cell(s.metric()) + " on " + cell(s.data()) + " | "
                + number(s.value()) + " | " + interval(s.interval().orElse(null), 1) + " | " + s.n()
                + " | measured |"));
        lines.add("");
        evidence.limits().sloP99Ns()
                .ifPresent(ns -> lines.add("Asked for: p99 within " + number(ns / NS_PER_MS) + " ms.\n"));
        evidence.limits().maxDrop()
                .ifPresent(drop -> lines.add("Allowed loss of accuracy: " + number(drop) + " points.\n"));
        evidence.cost().ifPresent(c -> lines.add("Cost per million inferences: " + number(c.perMillion()) + " "
                + c.currency() + " (" + oneLine(c.basis()) + "; price of " + c.asOf() + ", " + oneLine(c.source())
                + "; " + c.origin().name().toLowerCase(Locale.ROOT) + ").\n"));
        lines.add("On this machine (another one gives other figures, and with INT8 another accuracy):");
        lines.add("");
        machine(evidence.machine());
        lines.add("");
    }

    private void machine(JsonNode machine) {
        lines.add("```json");
        lines.add(Json.pretty(machine).strip());
        lines.add("```");
    }

    private void contents() {
        lines.add("## What is in it");
        lines.add("");
        lines.add("- `manifest.json`: all of the above for programs, with recipe, plan and versions");
        lines.add("- `model/`: the model");
        lines.add("- `samples/`: requests of the Open Inference Protocol v2 with the outputs that are expected");
        lines.add("- one folder per deployment format");
    }

    private static String row(Evidence.Figure figure) {
        boolean time = figure.unit().equals("ns");
        double scale = time ? NS_PER_MS : 1;
        String unit = time ? "ms" : figure.unit();
        String value = switch (figure.amount()) {
            case Evidence.Shown shown -> number(shown.value() / scale) + " " + cell(unit) + " | "
                    + interval(shown.interval().orElse(null), scale);
            case Evidence.Withheld withheld -> "not shown: " + cell(withheld.reason()) + " | ";
        };
        return "| " + cell(figure.name()) + " | " + value + " | " + figure.amount().n() + " | "
                + figure.origin().name().toLowerCase(Locale.ROOT) + " |";
    }

    private static String interval(Evidence.@Nullable Interval interval, double scale) {
        return interval == null
                ? ""
                : number(interval.low() / scale) + " to " + number(interval.high() / scale);
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        BigDecimal decimal = new BigDecimal(value);
        // Digits before the point are all shown: a size is not rounded to thousands.
        BigDecimal shown = decimal.abs().compareTo(BigDecimal.valueOf(1000)) >= 0
                ? decimal.setScale(0, RoundingMode.HALF_EVEN)
                : decimal.round(SHOWN_DIGITS);
        return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    private static String cell(String text) {
        return oneLine(text).replace("|", "\\|");
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
