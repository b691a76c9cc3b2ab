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

/// Neural processing units on USB, by their ids: Google's Edge TPU, Intel's Movidius sticks.
@AutoService(Probe.class)
public final class UsbNpu implements Probe {
    private static final String USB = "/sys/bus/usb/devices";

    @Override
    public String title() {
        return "USB in sysfs";
    }

    @Override
    public int rank() {
        return 10;
    }

    @Override
    public List<Device> find(Host host) {
        List<Device> found = new ArrayList<>();
        for (String name : host.list(USB)) {
            // 1-1:1.0 is one of a device's interfaces
            if (!name.contains(":")) {
                npu(host, USB + "/" + name).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Npu> npu(Host host, String folder) {
        Optional<String> id = host.read(folder + "/idVendor")
                .flatMap(vendor -> host.read(folder + "/idProduct").map(product -> vendor + ":" + product));
        return id.flatMap(it -> Tables.row("usb-devices.csv", it)).map(row -> {
            Npu unknown = Npu.unknown("USB does not tell");
            return unknown
                    .with(unknown.identity().withVendor(Reading.known(row[1], folder))
                            .withName(Reading.known(row[2], folder)).withNode(Reading.known(folder, USB)))
                    .with(unknown.driver().withName(Reading.unknown("it needs none: a library speaks to it over USB"))
                            .withState(Reading.known(new Driver.State.Works(), "USB needs no driver")));
        });
    }
}
