package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import java.util.List;
import java.util.Optional;

/// Reads what Intel's i915 and xe drivers show of a card. Source: Linux, `drivers/gpu/drm/i915/i915_sysfs.c`,
/// `gt/intel_gt_sysfs_pm.c`, `drivers/gpu/drm/xe/xe_gt_freq.c`, `xe/xe_tile_sysfs.c` and `Documentation/ABI/testing/sysfs-driver-intel-*-hwmon`.
final class IntelFolder {
    private static final long HERTZ_PER_MEGAHERTZ = 1_000_000;
    private static final String NO_SENSOR = "Intel's drivers show none in sysfs";

    private IntelFolder() {}

    static Gpu fill(Host host, String card, Gpu gpu) {
        boolean integrated = gpu.integrated().toOptional().orElse(false);
        Reading<Long> local = Facts.number(host, card + "/lmem_total_bytes").or(tiles(host, card));
        Reading<Long> total = integrated
                ? Reading.unknown("it works in the machine's memory")
                : local.or(Reading.unknown("this kernel's i915 or xe does not tell sysfs the size of a card's memory"));
        return gpu.with(new Gpu.Memory(total, gpu.memory().sharedBytes(), gpu.integrated())).with(load(host, card));
    }

    /// What xe says of each tile's memory, together.
    private static Reading<Long> tiles(Host host, String card) {
        List<Long> sizes = host.list(card + "/device").stream().filter(name -> name.matches("tile\\d+"))
                .map(tile -> host.number(card + "/device/" + tile + "/physical_vram_size_bytes"))
                .flatMap(Optional::stream).toList();
        return sizes.isEmpty()
                ? Reading.unknown("no physical_vram_size_bytes of a tile")
                : Reading.known(sizes.stream().mapToLong(Long::longValue).sum(),
                        card + "/device/tile*/physical_vram_size_bytes");
    }

    private static Gpu.Load load(Host host, String card) {
        String xe = card + "/device/tile0/gt0/freq0";
        String sensors = host.list(card + "/device/hwmon").stream().findFirst()
                .map(it -> card + "/device/hwmon/" + it).orElse(card + "/device/hwmon");
        return new Gpu.Load(
                megahertz(host, List.of(card + "/gt_act_freq_mhz", card + "/gt/gt0/rps_act_freq_mhz",
                        xe + "/act_freq")),
                megahertz(host, List.of(card + "/gt_RP0_freq_mhz", card + "/gt/gt0/rps_RP0_freq_mhz",
                        xe + "/rp0_freq")),
                Reading.unknown(NO_SENSOR), Reading.unknown("Intel's drivers count energy, not power"),
                Facts.number(host, sensors + "/power1_max").map(micros -> micros / 1000),
                Facts.number(host, sensors + "/temp2_input").map(millis -> millis / 1000.0),
                Reading.unknown(NO_SENSOR), Reading.unknown(NO_SENSOR));
    }

    private static Reading<Long> megahertz(Host host, List<String> paths) {
        for (String path : paths) {
            Reading<Long> found = Facts.number(host, path);
            if (found instanceof Reading.Known<Long>) {
                return found.map(megahertz -> megahertz * HERTZ_PER_MEGAHERTZ);
            }
        }
        return Reading.unknown("no " + String.join(", no ", paths));
    }
}
