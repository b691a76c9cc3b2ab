package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// How far a device has come on the way to running a model.
///
/// @param device what it is called
/// @param rungs where it stands on each of the four
public record Ladder(String device, Map<Rung, Standing> rungs) {

    /// Copies the map.
    public Ladder {
        rungs = Collections.unmodifiableMap(new EnumMap<>(rungs));
    }

    /// The ladder of a device as far as `hardware` can tell: the upper two rungs are still to be tried.
    public static Ladder of(Device device) {
        return switch (device) {
            case Cpu cpu -> ladder(cpu.model().toOptional().or(cpu.vendor()::toOptional).orElse("CPU"), "cpu",
                    cpu.vendor(), new Standing.Reached("needs no driver", "the operating system runs on it"),
                    source(cpu.model()));
            case Gpu gpu -> ladder(gpu.identity().label(), "gpu", gpu.identity().vendor(),
                    driver("gpu", gpu.identity(), gpu.driver()), source(gpu.identity()));
            case Npu npu -> ladder(npu.identity().label(), "npu", npu.identity().vendor(),
                    driver("npu", npu.identity(), npu.driver()), source(npu.identity()));
        };
    }

    private static Ladder ladder(String device, String kind, Reading<String> vendor, Standing driver, String source) {
        String takes = Remedies.of("runtime", kind, vendor.toOptional().orElse(""));
        Map<Rung, Standing> rungs = new EnumMap<>(Rung.class);
        rungs.put(Rung.PRESENT, new Standing.Reached("present", source));
        rungs.put(Rung.DRIVER_WORKS, driver);
        rungs.put(Rung.RUNTIME_LOADS, new Standing.Untold("no runtime was tried; it takes " + takes, ""));
        rungs.put(Rung.RAN_MODEL, new Standing.Untold("no model was tried", ""));
        return new Ladder(device, rungs);
    }

    private static Standing driver(String kind, Identity identity, Driver driver) {
        String vendor = identity.vendor().toOptional().orElse("");
        String name = driver.label().isBlank() ? "driver" : "driver " + driver.label().strip();
        return switch (driver.state()) {
            case Reading.Known<Driver.State>(Driver.State.Works _, String source) ->
                new Standing.Reached(name + " works", source);
            case Reading.Known<Driver.State>(Driver.State.Inferred(String why), String source) ->
                new Standing.Reached("taken to work: " + why, source);
            case Reading.Known<Driver.State>(Driver.State.Missing _, String _) ->
                new Standing.Broken("no driver", Remedies.of("missing", kind, vendor));
            case Reading.Known<Driver.State>(Driver.State.Failed(String why), String _) ->
                new Standing.Broken(name + " fails: " + why, Remedies.ofFailure(why));
            case Reading.Unknown<Driver.State>(String why) ->
                new Standing.Untold(why, Remedies.of("unseen", kind, vendor));
        };
    }

    private static String source(Identity identity) {
        return source(identity.pciId().or(identity.pciSlot()).or(identity.name()).or(identity.vendor()));
    }

    private static String source(Reading<String> reading) {
        return switch (reading) {
            case Reading.Known<String>(String _, String source) -> source;
            case Reading.Unknown<String>(String why) -> why;
        };
    }

    /// What would drive this device, in words: `the OpenVINO execution provider`.
    public static String runtimeFor(Device device) {
        return switch (device) {
            case Cpu cpu -> Remedies.of("runtime", "cpu", cpu.vendor().toOptional().orElse(""));
            case Gpu gpu -> Remedies.of("runtime", "gpu", gpu.identity().vendor().toOptional().orElse(""));
            case Npu npu -> Remedies.of("runtime", "npu", npu.identity().vendor().toOptional().orElse(""));
        };
    }

    /// This ladder with what somebody found out about one rung.
    public Ladder with(Rung rung, Standing standing) {
        Map<Rung, Standing> changed = new EnumMap<>(rungs);
        changed.put(rung, standing);
        return new Ladder(device, changed);
    }

    /// Where the device stands on a rung.
    public Standing at(Rung rung) {
        return Objects.requireNonNull(rungs.get(rung));
    }

    /// The lowest rung it does not surely stand on; empty if it stands on all.
    public Optional<Rung> weakest() {
        for (Rung rung : Rung.values()) {
            if (!(at(rung) instanceof Standing.Reached)) {
                return Optional.of(rung);
            }
        }
        return Optional.empty();
    }

    /// What to do about the weakest link; empty if there is nothing to do or nobody has looked.
    public Optional<String> remedy() {
        return weakest().map(this::at).map(standing -> switch (standing) {
            case Standing.Reached _ -> "";
            case Standing.Broken(String _, String remedy) -> remedy;
            case Standing.Untold(String _, String remedy) -> remedy;
        }).filter(remedy -> !remedy.isEmpty());
    }

    /// In one sentence up to the weakest link, and the remedy: `present, driver intel_vpu works; no runtime was tried …`.
    public String sentence() {
        List<String> reached = new ArrayList<>();
        for (Rung rung : Rung.values()) {
            switch (at(rung)) {
                case Standing.Reached(String what, String _) -> reached.add(what);
                case Standing.Broken(String what, String remedy) -> {
                    return String.join(", ", reached) + "; " + what + ". " + remedy;
                }
                case Standing.Untold(String what, String remedy) -> {
                    return String.join(", ", reached) + "; " + what + (remedy.isEmpty() ? "" : ". " + remedy);
                }
            }
        }
        return String.join(", ", reached);
    }
}
