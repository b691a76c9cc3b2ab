package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what the amdgpu driver shows of a card. Source: Linux, `Documentation/gpu/amdgpu/driver-misc.rst` and
/// `thermal.rst`.
final class AmdgpuFolder {
    private static final String KFD = "/sys/class/kfd/kfd/topology/nodes";
    private static final Pattern LEVEL = Pattern.compile("(\\d+)\\s*Mhz", Pattern.CASE_INSENSITIVE);
    private static final long HERTZ_PER_MEGAHERTZ = 1_000_000;
    private static final String APART = "the memory of a card of its own";

    private AmdgpuFolder() {}

    static Gpu fill(Host host, String folder, Gpu gpu) {
        Reading<String> name = Facts.text(host, folder + "/product_name");
        Reading<Long> total = Facts.number(host, folder + "/mem_info_vram_total");
        Optional<Kfd> kfd = gpu.identity().pciSlot().toOptional().flatMap(slot -> Kfd.find(host, slot));
        Reading<Boolean> integrated = kfd
                .<Reading<Boolean>>map(node -> Reading.known(node.cpuCores() > 0, KFD)).orElse(gpu.integrated());
        // no memory beyond a few MiB that the firmware sets aside is a sign of nothing: the table and the kernel decide
        Gpu seen = gpu.withIntegrated(integrated.or(bySize(host, folder, total)));
        return seen.with(seen.identity().withName(name.or(seen.identity().name())))
                .with(new Gpu.Memory(total, Facts.number(host, folder + "/mem_info_gtt_total"),
                        seen.integrated()))
                .withCompute(
                        Facts.of(kfd.flatMap(Kfd::target), KFD, "ROCm's driver (kfd) does not show this card"),
                        Facts.of(kfd.flatMap(Kfd::units), KFD, "ROCm's driver (kfd) does not show this card"))
                .with(load(host, folder));
    }

    /// Dedicated memory of several GiB is told from a carve-out by the maker of the memory chips, which amdgpu names only
    /// where it found chips on the card.
    private static Reading<Boolean> bySize(Host host, String folder, Reading<Long> total) {
        Reading<String> chips = Facts.text(host, folder + "/mem_info_vram_vendor");
        return total.toOptional().isPresent() && chips.toOptional().filter(it -> !it.equals("unknown")).isPresent()
                ? chips.map(_ -> false)
                : Reading.unknown("neither ROCm's driver (kfd) nor Lathe's table tells " + APART);
    }

    private static Gpu.Load load(Host host, String folder) {
        String sensors = host.list(folder + "/hwmon").stream().findFirst().map(it -> folder + "/hwmon/" + it)
                .orElse(folder + "/hwmon");
        Reading<Long> power = Facts.number(host, sensors + "/power1_average")
                .or(Facts.number(host, sensors + "/power1_input"));
        return new Gpu.Load(Facts.number(host, sensors + "/freq1_input"),
                highest(host, folder + "/pp_dpm_sclk"), Facts.number(host, sensors + "/freq2_input"),
                power.map(micros -> micros / 1000),
                Facts.number(host, sensors + "/power1_cap").map(micros -> micros / 1000),
                Facts.number(host, sensors + "/temp1_input").map(millis -> millis / 1000.0),
                Facts.number(host, folder + "/gpu_busy_percent").map(Long::intValue),
                Facts.number(host, folder + "/mem_info_vram_used"));
    }

    /// The last line of a table of levels such as `1: 2581Mhz *`.
    private static Reading<Long> highest(Host host, String path) {
        Optional<Long> hertz = host.read(path).map(LEVEL::matcher)
                .flatMap(matcher -> matcher.results().map(it -> Long.parseLong(it.group(1))).max(Long::compare))
                .map(megahertz -> megahertz * HERTZ_PER_MEGAHERTZ);
        return Facts.of(hertz, path, "no " + path);
    }

    /// A node of ROCm's kernel driver. Source: Linux, `drivers/gpu/drm/amd/amdkfd/kfd_topology.c`.
    private record Kfd(String properties) {

        static Optional<Kfd> find(Host host, String slot) {
            for (String node : host.list(KFD)) {
                Optional<Kfd> kfd = host.read(KFD + "/" + node + "/properties").map(Kfd::new);
                if (kfd.isPresent() && kfd.get().number("location_id").flatMap(id -> kfd.get().address(id))
                        .filter(slot::equals).isPresent()) {
                    return kfd;
                }
            }
            return Optional.empty();
        }

        /// Bus in the upper, device and function in the lower byte.
        private Optional<String> address(long location) {
            long domain = number("domain").orElse(0L);
            return Optional.of(String.format(Locale.ROOT, "%04x:%02x:%02x.%x", domain, location >> 8 & 0xff,
                    location >> 3 & 0x1f, location & 7));
        }

        long cpuCores() {
            return number("cpu_cores_count").orElse(0L);
        }

        /// 90402 is gfx942: the last two digits are hexadecimal.
        Optional<String> target() {
            return number("gfx_target_version").filter(version -> version > 0)
                    .map(version -> "gfx" + version / 10_000 + Long.toHexString(version / 100 % 100)
                            + Long.toHexString(version % 100));
        }

        Optional<Integer> units() {
            Optional<Long> simds = number("simd_count");
            return number("simd_per_cu").filter(each -> each > 0)
                    .flatMap(each -> simds.map(all -> (int) (all / each))).filter(count -> count > 0);
        }

        private Optional<Long> number(String key) {
            Matcher matcher = Pattern.compile("(?m)^" + key + " (\\d+)$").matcher(properties);
            return matcher.find() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
        }
    }
}
