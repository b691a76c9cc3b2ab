package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The energy that the processor's packages have used, as Intel's and AMD's RAPL counts it: the whole package, idle power and
/// every other program included.
///
/// Source: Linux `Documentation/power/powercap/powercap.rst`.
///
/// @param microjoules since an arbitrary moment, by package
/// @param rangeMicrojoules where each counter starts again from 0
public record EnergyCounter(List<Long> microjoules, List<Long> rangeMicrojoules) {
    private static final String FOLDER = "/sys/class/powercap";

    /// Copies the lists.
    public EnergyCounter {
        microjoules = List.copyOf(microjoules);
        rangeMicrojoules = List.copyOf(rangeMicrojoules);
    }

    /// Reads the counters, or says why there are none: never 0.
    public static Reading<EnergyCounter> read(Host host) {
        List<String> packages = host.list(FOLDER).stream().filter(name -> name.matches("intel-rapl:\\d+")).toList();
        if (packages.isEmpty()) {
            return Reading.unknown("no readable power counter: no " + FOLDER + "/intel-rapl:0 (RAPL) on this system");
        }
        List<Long> values = new ArrayList<>();
        List<Long> ranges = new ArrayList<>();
        for (String name : packages) {
            Optional<Long> value = host.number(FOLDER + "/" + name + "/energy_uj");
            if (value.isEmpty()) {
                return Reading.unknown("no readable power counter: " + FOLDER + "/" + name
                        + "/energy_uj cannot be read; it is root's by default");
            }
            values.add(value.get());
            ranges.add(host.number(FOLDER + "/" + name + "/max_energy_range_uj").orElse(Long.MAX_VALUE));
        }
        return Reading.known(new EnergyCounter(values, ranges), FOLDER);
    }

    /// Energy used since an earlier reading, in microjoules; a counter that went past its range is taken to have done so once.
    public long since(EnergyCounter earlier) {
        long sum = 0;
        for (int i = 0; i < Math.min(microjoules.size(), earlier.microjoules.size()); i++) {
            long used = microjoules.get(i) - earlier.microjoules.get(i);
            sum += used >= 0 ? used : used + rangeMicrojoules.get(i);
        }
        return sum;
    }
}
