package dev.lathe.app.cli;

import dev.lathe.app.engine.history.RunDetail;
import dev.lathe.app.engine.history.StoredFigure;
import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.history.StoredRow;
import dev.lathe.app.engine.store.BlockCount;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.Standing;
import dev.lathe.app.engine.store.StateChange;
import dev.lathe.app.engine.store.StoredEvent;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Problem;
import dev.lathe.profile.stats.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run of the history as text.
final class HistoryText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .withZone(ZoneId.systemDefault());
    private static final JsonMapper JSON = new JsonMapper();
    private static final int HASH_DIGITS = 12;

    private HistoryText() {}

    static String of(RunDetail detail, Workspace workspace) {
        List<String> parts = new ArrayList<>();
        parts.add(head(detail));
        parts.add(asked(detail.result()));
        figures(detail.result()).ifPresent(parts::add);
        if (!detail.result().caveats().isEmpty()) {
            parts.add(lines("caveats", detail.result().caveats().stream().map(Problem::sentence).toList()));
        }
        if (!detail.measured().isEmpty()) {
            parts.add(measured(detail.measured()));
        }
        if (!detail.made().variants().isEmpty()) {
            parts.add(lines("variants",
                    detail.made().variants().stream().map(v -> variant(v, workspace)).toList()));
        }
        if (!detail.made().bundles().isEmpty()) {
            parts.add(lines("bundles", detail.made().bundles().stream().map(b -> bundle(b, workspace)).toList()));
        }
        if (!detail.events().isEmpty()) {
            parts.add(lines("events", detail.events().stream()
                    .map(e -> event(e, detail.result().run().created())).toList()));
        }
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String lines(String title, List<String> lines) {
        return title + System.lineSeparator() + "  " + String.join(System.lineSeparator() + "  ", lines);
    }

    private static String head(RunDetail detail) {
        Run run = detail.result().run();
        List<String> lines = new ArrayList<>();
        lines.add("run      " + run.id() + "  " + run.request().kind() + ", " + detail.standing().word()
                + (detail.result().outcome().isEmpty() ? "" : ": " + detail.result().outcome()));
        lines.add("model    " + run.request().model() + "  sha256 "
                + run.request().modelSha256().substring(0,
                        Math.min(HASH_DIGITS, run.request().modelSha256().length())));
        for (StateChange change : detail.states()) {
            lines.add("         " + TIME.format(change.at()) + "  "
                    + (change.state() == RunState.RUNNING
                            ? change.equals(detail.states().getFirst()) ? "begun" : "continued"
                            : change.state().name().toLowerCase(Locale.ROOT)));
        }
        detail.result().stoppedBy().forEach(p -> lines.add("stopped  " + p.sentence()));
        if (detail.standing() == Standing.CANCELLED || detail.standing() == Standing.INTERRUPTED) {
            long blocks = detail.measured().stream().mapToLong(BlockCount::blocks).sum();
            lines.add("         "
                    + (blocks == 0
                            ? "nothing had been measured"
                            : blocks + (blocks == 1 ? " block had" : " blocks had") + " been measured and stay of use")
                    + "; the same command continues");
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String asked(StoredResult result) {
        List<String> lines = new ArrayList<>();
        lines.add("plan     " + String.join(", ", plan(result.plan())));
        JsonNode environment = result.environment();
        lines.add("machine  " + fact(environment.path("cpu").path("model")) + ", "
                + environment.path("usableCpus").asString("?") + " usable CPUs, "
                + fact(environment.path("platform").path("operatingSystem")) + " "
                + fact(environment.path("platform").path("kernel")) + ", fingerprint "
                + environment.path("fingerprint").asString("-"));
        if (environment.path("versions").isObject()) {
            lines.add("versions " + String.join(", ", flat("", environment.path("versions"))));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String fact(JsonNode fact) {
        return fact.path("value").asString("unknown");
    }

    /// Where a request holds a plan and more, the plan's own names are clear enough.
    private static List<String> plan(JsonNode plan) {
        return flat("", plan).stream().map(leaf -> leaf.replaceFirst("^plan\\.", "")).toList();
    }

    /// The leaves of a tree as `name value`; durations with their unit.
    private static List<String> flat(String prefix, JsonNode node) {
        List<String> leaves = new ArrayList<>();
        node.properties().forEach(entry -> {
            String name = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                leaves.addAll(flat(name + ".", value));
            } else if (!value.isNull()) {
                leaves.add(name.endsWith("Ns") && value.isNumber()
                        ? name.substring(0, name.length() - 2) + " " + Texts.duration(value.asDouble())
                        : name + " " + (value.isString() ? value.asString() : value.toString()));
            }
        });
        return leaves;
    }

    private static Optional<String> figures(StoredResult result) {
        List<StoredRow> rows = result.cells().isEmpty() ? result.rows() : result.cells();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Table table = new Table("figures", "", ">value", "95 % interval", ">n");
        for (StoredRow row : rows) {
            String name = row.name() + row.variantId().map(id -> " (" + id + ")").orElse("");
            if (row.failed().isPresent()) {
                table.row("  " + name, "failed: " + row.failed().get(), "", "", "");
            }
            for (StoredFigure figure : row.figures()) {
                boolean first = figure.equals(row.figures().getFirst());
                table.row(first ? "  " + name : "", figure.name(), value(figure), interval(figure),
                        figure.n().isPresent() ? Long.toString(figure.n().getAsLong()) : "");
            }
            if (!row.verdict().isEmpty()) {
                table.row("", "verdict: " + row.verdict(), "", "", "");
            }
        }
        result.againstItself().forEach(f -> table.row("  " + f.name(), "", value(f), interval(f),
                f.n().isPresent() ? Long.toString(f.n().getAsLong()) : ""));
        return Optional.of(table.toString());
    }

    private static String value(StoredFigure figure) {
        return figure.value().isPresent() ? amount(figure.value().getAsDouble(), figure.unit()) : figure.reason();
    }

    private static String interval(StoredFigure figure) {
        return figure.interval().map((Interval i) -> "[" + amount(i.low(), figure.unit()) + ", "
                + amount(i.high(), figure.unit()) + "]").orElse("");
    }

    private static String amount(double value, String unit) {
        return switch (unit) {
            case "ns" -> Texts.duration(value);
            case "bytes" -> Texts.bytes((long) value);
            case "x" -> Texts.significant(value, 3) + "x";
            case "1/s" -> Texts.significant(value, 3) + "/s";
            default -> Texts.significant(value, 4) + (unit.isEmpty() ? "" : " " + unit);
        };
    }

    private static String measured(List<BlockCount> counts) {
        Table table = new Table("measured", "kind", ">batch", ">forks", ">blocks", ">queries");
        counts.forEach(c -> table.row("  " + c.variantKey(), c.kind(), Integer.toString(c.batch()),
                Integer.toString(c.forks()), Integer.toString(c.blocks()), Long.toString(c.queries())));
        return table.toString();
    }

    private static String variant(StoredVariant variant, Workspace workspace) {
        Path file = workspace.root().resolve(variant.content().path());
        return variant.id() + "  " + variant.name() + "  " + Texts.bytes(variant.content().sizeBytes()) + "  "
                + variant.content().path() + (Files.exists(file) ? "" : "  (removed; made again when it is asked for)");
    }

    private static String bundle(Path bundle, Workspace workspace) {
        Path folder = workspace.root().resolve(bundle);
        return folder + (Files.exists(folder) ? "" : "  (not there any more)");
    }

    private static String event(StoredEvent event, Instant start) {
        JsonNode node = JSON.readTree(event.json());
        String kind = node.path("event").asString("");
        double seconds = Duration.between(start, event.at()).toMillis() / 1e3;
        String words = switch (kind) {
            case "start" -> node.path("resumed").asBoolean() ? "continued" : "";
            case "progress" -> String.format(Locale.ROOT, "%3.0f %%  %s", 100 * node.path("fraction").asDouble(),
                    node.path("step").asString(""));
            case "problem" -> node.path("what").asString("");
            default -> node.path("name").asString("");
        };
        return String.format(Locale.ROOT, "+%8.1f s  %-11s  %s", seconds, kind, words).stripTrailing();
    }
}
