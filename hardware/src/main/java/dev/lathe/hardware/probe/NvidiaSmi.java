package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NVIDIA's cards as `nvidia-smi` prints them: the second source beside its library, and the only one where that fails.
@AutoService(Probe.class)
public final class NvidiaSmi implements Probe {
    private static final List<String> COLUMNS = List.of("index", "name", "pci.bus_id", "pci.device_id", "memory.total",
            "memory.used", "driver_version", "compute_cap", "mig.mode.current", "power.draw", "enforced.power.limit",
            "temperature.gpu", "utilization.gpu", "clocks.gr", "clocks.mem", "clocks.max.gr");
    private static final Pattern SLICE_ROW = Pattern
            .compile("^\\|\\s+(\\d+)\\s+\\d+\\s+\\d+\\s+\\d+\\s+\\|\\s+\\d+MiB /\\s*(\\d+)MiB");
    private static final Pattern SLICE = Pattern.compile("^\\s+MIG (\\S+)\\s+Device\\s+\\d+:");

    @Override
    public String title() {
        return "nvidia-smi";
    }

    @Override
    public int rank() {
        return 6;
    }

    @Override
    public List<Device> find(Host host) {
        return switch (host.output("nvidia-smi", "--query-gpu=" + String.join(",", COLUMNS),
                "--format=csv,noheader,nounits")) {
            case Reading.Known<Host.Output>(Host.Output output, String _) when output.exitStatus() == 0 ->
                withSlices(host, parse(output.text()));
            case Reading.Known<Host.Output>(Host.Output output, String _) when output.text()
                    .contains("not a valid field") ->
                xml(host);
            case Reading.Known<Host.Output>(Host.Output output, String _) -> complaint(host, output.text());
            // not installed, or too slow; the longer form is asked only where it costs nothing
            case Reading.Unknown<Host.Output>(String why) -> why.contains("did not answer") ? List.of() : xml(host);
        };
    }

    /// Lines of comma-separated values; whatever has another number of them is a message.
    static List<Device> parse(String text) {
        List<Device> cards = new ArrayList<>();
        text.lines().forEach(line -> {
            String[] values = line.split(",", -1);
            if (values.length == COLUMNS.size()) {
                Map<String, String> columns = new HashMap<>();
                for (int i = 0; i < values.length; i++) {
                    columns.put(COLUMNS.get(i), values[i]);
                }
                cards.add(NvidiaCard.of(columns));
            }
        });
        return cards;
    }

    private static List<Device> complaint(Host host, String text) {
        NvidiaCard.reportMismatch(host, text);
        List<Device> cards = new ArrayList<>(parse(text));
        String words = String.join(" ", Arrays.stream(text.split("\\R", -1)).map(String::strip)
                .filter(line -> !line.isEmpty()).toList());
        cards.addAll(NvidiaCard.failed(host, words));
        return cards;
    }

    private static List<Device> xml(Host host) {
        return host.run("nvidia-smi", "-q", "-x").toOptional().map(NvidiaXml::parse).orElse(List.of());
    }

    /// `-L` lists the slices of a card that is cut, in the order of cards; their memory stands only in the table without
    /// arguments, in the same order.
    private static List<Device> withSlices(Host host, List<Device> cards) {
        boolean cut = cards.stream().anyMatch(device -> device instanceof Gpu gpu
                && gpu.partitions().toOptional().filter(Gpu.Partitions::enabled).isPresent());
        if (!cut) {
            return cards;
        }
        List<List<String>> profiles = host.run("nvidia-smi", "-L").toOptional().map(NvidiaSmi::profiles)
                .orElse(List.of());
        Map<Integer, List<Long>> sizes = host.run("nvidia-smi").toOptional().map(NvidiaSmi::sliceBytes)
                .orElse(Map.of());
        List<Device> filled = new ArrayList<>();
        for (Device device : cards) {
            int place = filled.size();
            filled.add(device instanceof Gpu gpu && place < profiles.size()
                    ? gpu.withPartitions(gpu.partitions().map(it -> new Gpu.Partitions(it.enabled(),
                            slices(profiles.get(place), sizes.getOrDefault(place, List.of())))))
                    : device);
        }
        return filled;
    }

    private static List<Gpu.Slice> slices(List<String> profiles, List<Long> sizes) {
        List<Gpu.Slice> slices = new ArrayList<>();
        for (String profile : profiles) {
            slices.add(new Gpu.Slice(profile, sizes.size() == profiles.size()
                    ? Reading.known(sizes.get(slices.size()), "nvidia-smi, MIG devices")
                    : Reading.unknown("nvidia-smi -L names only the profile")));
        }
        return slices;
    }

    /// One list of profiles for every line that begins with `GPU`.
    static List<List<String>> profiles(String text) {
        List<List<String>> all = new ArrayList<>();
        text.lines().forEach(line -> {
            Matcher slice = SLICE.matcher(line);
            if (line.startsWith("GPU ")) {
                all.add(new ArrayList<>());
            } else if (slice.find() && !all.isEmpty()) {
                all.getLast().add(slice.group(1));
            }
        });
        return all;
    }

    /// The memory of each card's slices in the table: `|  0    2   0   0  |     26MiB / 40448MiB    |`.
    static Map<Integer, List<Long>> sliceBytes(String table) {
        Map<Integer, List<Long>> sizes = new HashMap<>();
        table.lines().map(SLICE_ROW::matcher).filter(Matcher::find)
                .forEach(row -> sizes.computeIfAbsent(Integer.parseInt(row.group(1)), _ -> new ArrayList<>())
                        .add(Long.parseLong(row.group(2)) << 20));
        return sizes;
    }
}
