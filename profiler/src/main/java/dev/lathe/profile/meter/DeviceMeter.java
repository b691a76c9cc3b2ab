package dev.lathe.profile.meter;

import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlLibrary;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.util.Optional;
import java.util.Set;

/// What a graphics card does while a model runs on it: memory, utilisation, power. Read after each block, never during one.
///
/// *Source:* NVML, whose utilisation and power are averages over the last part of a second, of the whole card and all who use it.
public final class DeviceMeter implements AutoCloseable {
    private static final Set<String> NVIDIA = Set.of("cuda", "tensorrt", "nvtensorrtrtx");

    private final Source source;

    /// Where samples come from.
    public interface Source extends AutoCloseable {
        /// The card, now.
        NvmlSnapshot.Sample sample();

        @Override
        void close();
    }

    /// Finds who tells of a device; empty where nobody does.
    @FunctionalInterface
    public interface Finder {
        /// The teller of a device.
        ///
        /// @param provider short name of the execution provider that models run by
        /// @param device which of its devices; empty for its own choice
        Optional<Source> find(String provider, String device);
    }

    private DeviceMeter(Source source) {
        this.source = source;
    }

    /// The meter of a target, if somebody tells of it.
    public static Optional<DeviceMeter> of(String provider, String device, Finder finder) {
        return finder.find(provider, device).map(DeviceMeter::new);
    }

    /// NVIDIA's management library, for the providers that run on its cards. Numbers of cards are NVML's, in the order of
    /// the bus; CUDA counts alike with `CUDA_DEVICE_ORDER=PCI_BUS_ID`.
    public static Optional<Source> nvml(String provider, String device) {
        if (!NVIDIA.contains(provider)) {
            return Optional.empty();
        }
        int index = device.matches("\\d{1,3}") ? Integer.parseInt(device) : 0;
        return NvmlLibrary.open().toOptional().map(library -> new Source() {
            @Override
            public NvmlSnapshot.Sample sample() {
                return library.sample(index);
            }

            @Override
            public void close() {
                library.close();
            }
        });
    }

    /// One reading; what is not told is missing.
    public Sample sample() {
        NvmlSnapshot.Sample now = source.sample();
        return new Sample(now.usedBytes(), now.utilisationPercent(), now.powerMilliwatts());
    }

    /// What is kept of a reading.
    ///
    /// @param usedBytes memory in use, by whomever
    public record Sample(Reading<Long> usedBytes, Reading<Integer> utilisationPercent, Reading<Long> powerMilliwatts) {}

    @Override
    public void close() {
        source.close();
    }
}
