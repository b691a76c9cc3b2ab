package dev.lathe.app.gui.run;

import dev.lathe.app.gui.work.Numbers;
import dev.lathe.app.gui.work.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What an opened row tells, in sentences: the whole verdict, and every figure with its interval and n, those too whose
/// columns a narrow window leaves out; then what runs on what in it.
final class Why {
    private Why() {}

    static List<String> of(Row row) {
        List<String> lines = new ArrayList<>();
        if (!row.failed().isEmpty()) {
            lines.add("Failed: " + row.failed());
        } else {
            lines.add(row.verdict().isEmpty() ? "Being measured." : capital(row.verdict()) + ".");
        }
        row.accuracy().ifPresent(a -> lines.add(accuracy(a)));
        row.speed().ifPresent(s -> {
            lines.add(latency(s));
            if (!s.throughput().isEmpty()) {
                lines.add("Items a second: " + s.throughput().stream().map(Why::throughput)
                        .collect(Collectors.joining("; ")) + ".");
            }
        });
        row.cost().ifPresent(c -> lines.add("Cost of a million: "
                + Numbers.significant(c.amount().value(), 2) + " (" + c.words() + ")."));
        lines.addAll(row.why());
        return lines;
    }

    private static String capital(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String accuracy(Row.Accuracy accuracy) {
        String score = accuracy.score()
                .map(s -> String.format(Locale.ROOT, "%s %.4f [%.4f, %.4f], n = %d", accuracy.metric(), s.value(),
                        s.low(), s.high(), s.n()))
                .orElse(accuracy.metric() + " cannot be told");
        return capital(score) + accuracy.drop().map(d -> String.format(Locale.ROOT,
                "; lost %.2f %s [%.2f, %.2f] against the original, n = %d.", d.value(), accuracy.unit(), d.low(),
                d.high(), d.n())).orElse(".");
    }

    private static String latency(Row.Speed speed) {
        String median = speed.medianNs()
                .map(m -> String.format(Locale.ROOT, "Median %.4f ms [%.4f, %.4f], n = %d", m.value() / 1e6,
                        m.low() / 1e6, m.high() / 1e6, m.n()))
                .orElse("No median");
        String ratio = speed.ratio().map(r -> String.format(Locale.ROOT, "; %.2fx [%.2f, %.2f] the original's",
                r.value(), r.low(), r.high())).orElse("");
        return median + ratio + percentile("p90", speed.p90Ns(), "")
                + percentile("p99", speed.p99Ns(), speed.p99Reason()) + ".";
    }

    private static String percentile(String name, OptionalDouble ns, String reason) {
        return ns.isPresent()
                ? String.format(Locale.ROOT, "; %s %.3f ms", name, ns.getAsDouble() / 1e6)
                : "; no " + name + (reason.isEmpty() ? ": n is too small" : ": " + reason);
    }

    private static String throughput(Row.Throughput one) {
        Row.Figure rate = one.perSecond();
        return String.format(Locale.ROOT, "%.0f [%.0f, %.0f] at batch %d", rate.value(), rate.low(), rate.high(),
                one.batch());
    }
}
