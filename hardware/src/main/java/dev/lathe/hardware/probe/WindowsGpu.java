package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Graphics processors as Windows' inventory (CIM) lists them.
///
/// Its memory size is not believed: `AdapterRAM` has 32 bits, and so stops at 4 GiB.
@AutoService(Probe.class)
public final class WindowsGpu implements Probe {
    private static final String SOURCE = "Win32_VideoController";
    private static final String QUERY = "Get-CimInstance Win32_VideoController"
            + " | Select-Object Name,AdapterRAM,DriverVersion,PNPDeviceID,Status | ConvertTo-Json";

    @Override
    public String title() {
        return "Windows' inventory on display adapters";
    }

    @Override
    public int rank() {
        return 20;
    }

    @Override
    public List<Device> find(Host host) {
        return parse(WindowsPnp.ask(host, QUERY));
    }

    static List<Device> parse(List<JsonNode> adapters) {
        List<Device> found = new ArrayList<>();
        for (JsonNode adapter : adapters) {
            String id = adapter.path("PNPDeviceID").asString("");
            Identity identity = WindowsPnp.identity(adapter.path("Name").asString(""), "", id, SOURCE);
            boolean computes = identity.pciId().toOptional()
                    .flatMap(it -> Tables.row("pci-vendors.csv", it.substring(0, 4)))
                    .map(row -> row[2].equals("gpu")).orElse(true);
            if (!WindowsPnp.isVirtual(id) && computes) {
                found.add(gpu(adapter, identity, id));
            }
        }
        return found;
    }

    private static Gpu gpu(JsonNode adapter, Identity identity, String id) {
        Gpu unknown = Gpu.unknown(SOURCE + " does not tell");
        Optional<String> version = Optional.of(adapter.path("DriverVersion").asString("")).filter(it -> !it.isEmpty())
                .map(text -> identity.vendor().toOptional().filter("NVIDIA"::equals).isPresent() ? nvidia(text) : text);
        String status = adapter.path("Status").asString("");
        return unknown.with(identity)
                .with(new Gpu.Memory(Reading.unknown("AdapterRAM has 32 bits and is not believed"),
                        unknown.memory().sharedBytes(), unknown.memory().unified()))
                .withIntegrated(integrated(identity, id))
                .with(unknown.driver()
                        .withVersion(Facts.of(version, SOURCE, SOURCE + " shows no DriverVersion"))
                        .withState(Reading.known(status.equals("OK")
                                ? new Driver.State.Works()
                                : new Driver.State.Failed("Windows says: status " + status), SOURCE)));
    }

    private static Reading<Boolean> integrated(Identity identity, String id) {
        if (id.startsWith("ACPI\\")) {
            return Reading.known(true, SOURCE + ": it is on the ACPI bus");
        }
        Optional<Boolean> known = identity.pciId().toOptional()
                .flatMap(it -> Tables.row("pci-devices.csv", it)).filter(row -> !row[3].isEmpty())
                .map(row -> row[3].equals("yes"));
        boolean nvidia = identity.vendor().toOptional().filter("NVIDIA"::equals).isPresent();
        return nvidia && known.isEmpty()
                ? Reading.known(false, "NVIDIA, on the PCI bus")
                : Facts.of(known, "Lathe's table of PCI ids", SOURCE + " does not tell");
    }

    /// Windows counts `32.0.16.1062` what NVIDIA calls 610.62: the last five digits.
    static String nvidia(String windows) {
        String digits = windows.replace(".", "");
        return windows.matches("\\d+\\.\\d+\\.\\d+\\.\\d{4}")
                ? digits.substring(digits.length() - 5, digits.length() - 2) + "."
                        + digits.substring(digits.length() - 2)
                : windows;
    }
}
