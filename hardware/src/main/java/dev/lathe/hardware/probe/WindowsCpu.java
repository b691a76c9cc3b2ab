package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The processor as Windows' inventory (CIM) shows it; asked only where the native look-up is silent, because PowerShell
/// alone takes most of a second to start.
@AutoService(Probe.class)
public final class WindowsCpu implements Probe {
    private static final String SOURCE = "Win32_Processor";
    private static final String QUERY = "Get-CimInstance Win32_Processor"
            + " | Select-Object Name,Manufacturer,NumberOfCores,NumberOfLogicalProcessors,Architecture | ConvertTo-Json";

    @Override
    public String title() {
        return "Windows' inventory on the processor";
    }

    @Override
    public boolean isEssential() {
        return true;
    }

    @Override
    public int rank() {
        return 40;
    }

    @Override
    public List<Device> find(Host host) {
        if (!host.natives().operatingSystem().equals("windows") || host.natives().cpu() instanceof Reading.Known<Cpu>) {
            return List.of();
        }
        return switch (host.run("powershell", "-NoProfile", "-NonInteractive", "-Command", QUERY)) {
            case Reading.Known<String>(String text, String _) -> parse(text);
            case Reading.Unknown<String> _ -> List.of();
        };
    }

    /// Reads one object, or an array of them on a machine with several sockets.
    static List<Device> parse(String json) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException _) {
            return List.of();
        }
        List<JsonNode> sockets = new ArrayList<>();
        if (root.isArray()) {
            root.forEach(sockets::add);
        } else if (root.isObject()) {
            sockets.add(root);
        }
        if (sockets.isEmpty()) {
            return List.of();
        }
        String why = SOURCE + " does not show it";
        Reading<Integer> physical = sum(sockets, "NumberOfCores");
        Reading<Integer> logical = sum(sockets, "NumberOfLogicalProcessors");
        Cpu.Cores cores = new Cpu.Cores(Reading.known(sockets.size(), SOURCE), physical, logical, Reading.unknown(why),
                Reading.unknown(why), Reading.unknown(why),
                physical.toOptional().map(count -> logical.map(threads -> threads > count))
                        .orElse(Reading.unknown(why)),
                Reading.unknown(why));
        Reading<String> vendor = text(sockets.getFirst(), "Manufacturer").map(WindowsCpu::vendor);
        return List.of(new Cpu(vendor, text(sockets.getFirst(), "Name"), Reading.unknown(why), cores,
                Cpu.Caches.unknown(why), Cpu.Clock.unknown(why),
                Reading.unknown("Windows shows no instruction sets without a native call")));
    }

    /// `Qualcomm Technologies Inc` is the firm, `Qualcomm` the vendor.
    private static String vendor(String manufacturer) {
        return manufacturer.startsWith("Qualcomm") ? "Qualcomm" : manufacturer;
    }

    private static Reading<String> text(JsonNode socket, String field) {
        String text = socket.path(field).asString("").strip();
        return text.isEmpty() ? Reading.unknown(SOURCE + " has no " + field) : Reading.known(text, SOURCE);
    }

    private static Reading<Integer> sum(List<JsonNode> sockets, String field) {
        List<Integer> counts = sockets.stream().map(socket -> socket.path(field).asInt(0)).toList();
        return counts.stream().allMatch(count -> count > 0)
                ? Reading.known(counts.stream().mapToInt(Integer::intValue).sum(), SOURCE)
                : Reading.unknown(SOURCE + " has no " + field);
    }
}
