package dev.lathe.app.gui.machine;

import dev.lathe.base.Reading;
import dev.lathe.hardware.EnergyCounter;
import dev.lathe.hardware.Environment;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.ProcessorState;
import dev.lathe.hardware.nvml.NvmlLibrary;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Frequency, temperature and power of the processor, and what NVIDIA's library tells of its cards. A sensor that nobody
/// can read is missing.
///
/// *Thread:* asked from one, reads in another: some sensors take milliseconds.
final class Sensors {
    private static final double GIGA = 1e9;
    private static final double MEBIBYTES = 1 << 20;
    private static final double MILLI = 1e3;

    private final Host host;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile List<Load.Sensor> latest = List.of();
    // these belong to the thread that reads
    private Optional<Reading<NvmlLibrary>> nvml = Optional.empty();
    private List<String> cards = List.of();
    private Optional<EnergyCounter> energy = Optional.empty();
    private long energyAtNs;

    Sensors(Host host) {
        this.host = host;
    }

    /// What was read last; starts reading anew.
    List<Load.Sensor> latest() {
        if (reading.compareAndSet(false, true)) {
            // no virtual thread: a native call that hangs would keep its carrier
            Thread.ofPlatform().daemon().name("sensors").start(() -> {
                try {
                    latest = List.copyOf(read(System.nanoTime()));
                } finally {
                    reading.set(false);
                }
            });
        }
        return latest;
    }

    List<Load.Sensor> read(long nowNs) {
        List<Load.Sensor> sensors = new ArrayList<>();
        ProcessorState state = Environment.read(host).processor();
        add(sensors, "CPU frequency", "GHz", state.frequencyHz().map(hz -> hz / GIGA));
        add(sensors, "CPU temperature", "°C", state.hottestCelsius());
        power(nowNs).ifPresent(watts -> sensors.add(new Load.Sensor("CPU power", "W", watts)));
        library().ifPresent(library -> {
            for (int i = 0; i < cards.size(); i++) {
                NvmlSnapshot.Sample sample = library.sample(i);
                add(sensors, cards.get(i) + " load", "%", sample.utilisationPercent().map(Integer::doubleValue));
                add(sensors, cards.get(i) + " memory", "MiB", sample.usedBytes().map(bytes -> bytes / MEBIBYTES));
                add(sensors, cards.get(i) + " frequency", "GHz", sample.clockHz().map(hz -> hz / GIGA));
                add(sensors, cards.get(i) + " temperature", "°C", sample.temperatureCelsius());
                add(sensors, cards.get(i) + " power", "W", sample.powerMilliwatts().map(mw -> mw / MILLI));
            }
        });
        return sensors;
    }

    private static void add(List<Load.Sensor> sensors, String name, String unit, Reading<Double> value) {
        value.toOptional().ifPresent(v -> sensors.add(new Load.Sensor(name, unit, v)));
    }

    /// The mean since the last reading.
    private Optional<Double> power(long nowNs) {
        Optional<EnergyCounter> now = EnergyCounter.read(host).toOptional();
        Optional<Double> watts = energy.flatMap(before -> now.map(
                after -> after.since(before) * MILLI / Math.max(1, nowNs - energyAtNs)));
        energy = now;
        energyAtNs = nowNs;
        return watts;
    }

    private Optional<NvmlLibrary> library() {
        if (nvml.isEmpty()) {
            Reading<NvmlLibrary> opened = NvmlLibrary.open();
            nvml = Optional.of(opened);
            cards = opened.toOptional().map(library -> {
                List<NvmlSnapshot.Card> all = library.snapshot().cards();
                List<String> names = new ArrayList<>();
                for (int i = 0; i < all.size(); i++) {
                    names.add(all.get(i).name().toOptional().orElse("GPU") + (all.size() > 1 ? " " + i : ""));
                }
                return List.copyOf(names);
            }).orElse(List.of());
        }
        return nvml.flatMap(Reading::toOptional);
    }
}
