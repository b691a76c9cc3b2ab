package dev.lathe.hardware.probe;

import com.google.auto.service.AutoService;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Probe;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.util.List;
import java.util.Locale;

/// NVIDIA's cards as its management library tells them: faster and finer than its tool.
@AutoService(Probe.class)
public final class NvmlGpu implements Probe {
    private static final String SOURCE = "NVML";

    /// What NVIDIA's drivers leave: on a server or desktop, under Windows' own Linux, on a Jetson.
    private static final List<String> DRIVERS = List.of("/proc/driver/nvidia", "/dev/nvidiactl", "/dev/dxg",
            "/dev/nvmap");

    @Override
    public String title() {
        return "NVIDIA's management library (NVML)";
    }

    @Override
    public int rank() {
        return 5;
    }

    @Override
    public List<Device> find(Host host) {
        // without a driver the library has nothing to say, and loading it is not free
        if (!host.natives().operatingSystem().equals("windows") && DRIVERS.stream().noneMatch(host::exists)) {
            return List.of();
        }
        return switch (host.natives().nvml()) {
            case Reading.Known<NvmlSnapshot>(NvmlSnapshot snapshot, String source) -> {
                host.looked(source, snapshot.failure()
                        .orElseGet(() -> snapshot.cards().size() + " cards, driver "
                                + snapshot.driverVersion().toOptional().orElse("of unknown version")));
                yield devices(host, snapshot);
            }
            case Reading.Unknown<NvmlSnapshot>(String why) -> {
                host.looked(SOURCE, why);
                yield List.of();
            }
        };
    }

    private static List<Device> devices(Host host, NvmlSnapshot snapshot) {
        if (snapshot.failure().isPresent()) {
            String words = "NVML: " + snapshot.failure().get();
            NvidiaCard.reportMismatch(host, words.toLowerCase(Locale.ROOT) + snapshot.libraryVersion().toOptional()
                    .map(version -> " NVML library version: " + version).orElse(""));
            return NvidiaCard.failed(host, words);
        }
        return snapshot.cards().stream().<Device>map(card -> gpu(card, snapshot)).toList();
    }

    private static Gpu gpu(NvmlSnapshot.Card card, NvmlSnapshot snapshot) {
        Gpu unknown = Gpu.unknown("NVML does not tell");
        Driver.State state = card.failure().<Driver.State>map(Driver.State.Failed::new)
                .orElseGet(Driver.State.Works::new);
        boolean ownMemory = card.memoryBytes().toOptional().filter(bytes -> bytes > 0).isPresent();
        NvmlSnapshot.Sample now = card.sample();
        return unknown
                .with(new Identity(Reading.known("NVIDIA", SOURCE), card.name(), card.pciId(),
                        card.busId().map(NvidiaCard::slot), unknown.identity().node()))
                .withIntegrated(ownMemory
                        ? Reading.known(false, "NVML shows memory of its own")
                        : Reading.unknown("NVML shows no memory"))
                .with(new Gpu.Memory(
                        ownMemory ? card.memoryBytes() : Reading.unknown("NVML shows no memory of its own"),
                        unknown.memory().sharedBytes(),
                        ownMemory
                                ? Reading.known(false, "NVML shows memory of its own")
                                : Reading.unknown("NVML does not tell")))
                .with(new Driver(Reading.known("nvidia", SOURCE), snapshot.driverVersion(), unknown.driver().firmware(),
                        snapshot.cudaVersion().map(version -> "CUDA " + version),
                        Reading.known(state, SOURCE)))
                .withCompute(card.compute(), unknown.units())
                .withPartitions(card.mig().map(mig -> new Gpu.Partitions(mig.enabled(),
                        mig.slices().stream().map(slice -> new Gpu.Slice(slice.name().toOptional().orElse("slice"),
                                slice.memoryBytes())).toList())))
                .with(new Gpu.Load(now.clockHz(), now.maxClockHz(), now.memoryClockHz(), now.powerMilliwatts(),
                        now.powerLimitMilliwatts(), now.temperatureCelsius(), now.utilisationPercent(),
                        now.usedBytes()));
    }
}
