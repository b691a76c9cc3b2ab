package dev.lathe.app.gui.measure;

import dev.lathe.app.chart.ThroughputByBatch;
import dev.lathe.app.chart.Whiskers;
import dev.lathe.app.gui.run.Recordings;
import dev.lathe.app.gui.work.Row.Figure;
import dev.lathe.profile.Block;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;

/// What the charts of a sweep show: the queries of one batch size, and the figures of all cells.
public final class SweepCharts {
    /// The first setup is measured again in each group of a large sweep.
    private static final Pattern GROUP = Pattern.compile(" \\(group \\d+\\)$");

    private final TreeMap<Integer, Recordings> byBatch = new TreeMap<>();
    private final ObjectProperty<Optional<Integer>> batch = new SimpleObjectProperty<>(Optional.empty());

    void clear() {
        byBatch.clear();
        batch.set(Optional.empty());
    }

    void add(Block block) {
        Block.Key key = block.key();
        Block named = new Block(new Block.Key(subject(block), key.fork(), key.batch(), key.sequence()),
                block.samplesNs(), block.wallNs(), block.cpuNs(), block.startedAt());
        byBatch.computeIfAbsent(key.batch(), size -> new Recordings(size)).add(named);
        if (batch.get().isEmpty()) {
            batch.set(Optional.of(key.batch()));
        }
    }

    /// The setup that a block was measured for.
    static String subject(Block block) {
        return GROUP.matcher(block.key().subject()).replaceFirst("");
    }

    /// The batch sizes of which queries were measured.
    public List<Integer> batches() {
        return List.copyOf(byBatch.keySet());
    }

    /// The batch size whose queries are shown; empty while nothing was measured.
    public ObjectProperty<Optional<Integer>> batch() {
        return batch;
    }

    /// The queries that are shown; none while nothing was measured.
    public Recordings shown() {
        return batch.get().map(byBatch::get).orElseGet(Recordings::new);
    }

    /// Samples a second by column, of the cells that are measured; while they are not, of the queries so far.
    static List<Whiskers> throughput(SequencedMap<String, Setup> setups, List<GridForm.Column> columns,
            Function<Cell, CellState> state, SweepCharts live) {
        List<Whiskers> lines = new ArrayList<>();
        setups.forEach((name, setup) -> {
            List<Whiskers.Point> points = new ArrayList<>();
            for (GridForm.Column column : columns) {
                Whiskers.Range place = Whiskers.Range.exactly(ThroughputByBatch.place(column.number()));
                if (state.apply(column.cell(setup)) instanceof CellState.Done done && done.perSecond().isPresent()) {
                    points.add(new Whiskers.Point(place, range(done.perSecond().get(), 1), done.medianNs().n()));
                } else {
                    live.rate(name, column.batch()).ifPresent(points::add);
                }
            }
            if (!points.isEmpty()) {
                lines.add(new Whiskers(name, points));
            }
        });
        return lines;
    }

    private Optional<Whiskers.Point> rate(String name, int size) {
        return Optional.ofNullable(byBatch.get(size)).stream().flatMap(r -> r.throughput().stream())
                .filter(w -> w.name().equals(name)).flatMap(w -> w.points().stream()).findFirst();
    }

    /// Samples a second by latency in milliseconds, a point a column.
    static List<Whiskers> rateByLatency(SequencedMap<String, Setup> setups, List<GridForm.Column> columns,
            Function<Cell, CellState> state) {
        List<Whiskers> lines = new ArrayList<>();
        for (Map.Entry<String, Setup> setup : setups.entrySet()) {
            List<Whiskers.Point> points = columns.stream()
                    .map(c -> state.apply(c.cell(setup.getValue()))).<CellState.Done>mapMulti((s, sink) -> {
                        if (s instanceof CellState.Done done && done.perSecond().isPresent()) {
                            sink.accept(done);
                        }
                    })
                    .map(d -> new Whiskers.Point(range(d.medianNs(), 1e-6), range(d.perSecond().orElseThrow(), 1),
                            d.medianNs().n()))
                    .toList();
            if (!points.isEmpty()) {
                lines.add(new Whiskers(setup.getKey(), points));
            }
        }
        return lines;
    }

    private static Whiskers.Range range(Figure figure, double factor) {
        double low = Double.isFinite(figure.low()) ? figure.low() : figure.value();
        double high = Double.isFinite(figure.high()) ? figure.high() : figure.value();
        return new Whiskers.Range(figure.value() * factor, low * factor, high * factor);
    }
}
