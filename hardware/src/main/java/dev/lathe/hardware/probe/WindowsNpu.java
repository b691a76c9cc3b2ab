package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Neural processing units as Windows lists them: devices of class ComputeAccelerator, on the PCI or the ACPI bus.
@AutoService(Probe.class)
public final class WindowsNpu implements Probe {
    private static final String SOURCE = "Get-PnpDevice";
    private static final String QUERY = "Get-PnpDevice -PresentOnly -Class ComputeAccelerator"
            + " | Select-Object FriendlyName,Class,InstanceId,Status,Manufacturer,@{n='DriverVersion';"
            + "e={(Get-PnpDeviceProperty -InputObject $_ -KeyName DEVPKEY_Device_DriverVersion).Data}} | ConvertTo-Json";

    @Override
    public String title() {
        return "Windows' devices of class ComputeAccelerator";
    }

    @Override
    public int rank() {
        return 20;
    }

    @Override
    public List<Device> find(Host host) {
        return parse(WindowsPnp.ask(host, QUERY));
    }

    static List<Device> parse(List<JsonNode> devices) {
        List<Device> found = new ArrayList<>();
        for (JsonNode device : devices) {
            String id = device.path("InstanceId").asString("");
            if (device.path("Class").asString("").equals("ComputeAccelerator") && !WindowsPnp.isVirtual(id)) {
                found.add(npu(device, id));
            }
        }
        return found;
    }

    private static Npu npu(JsonNode device, String id) {
        Npu unknown = Npu.unknown(SOURCE + " does not tell");
        String status = device.path("Status").asString("");
        Optional<String> version = Optional.of(device.path("DriverVersion").asString("")).filter(it -> !it.isEmpty());
        return unknown
                .with(WindowsPnp.identity(device.path("FriendlyName").asString(""),
                        device.path("Manufacturer").asString(""), id, SOURCE)
                        .withNode(Reading.known(place(id), SOURCE)))
                .with(unknown.driver().withVersion(Facts.of(version, SOURCE, SOURCE + " shows no driver version"))
                        .withState(Reading.known(status.equals("OK")
                                ? new Driver.State.Works()
                                : new Driver.State.Failed("Windows says: status " + status), SOURCE)));
    }

    /// The part of an instance id that names the device and not its place: `ACPI\QCOM0D0A`.
    private static String place(String instanceId) {
        int end = instanceId.lastIndexOf('\\');
        return end > 0 ? instanceId.substring(0, end) : instanceId;
    }
}
