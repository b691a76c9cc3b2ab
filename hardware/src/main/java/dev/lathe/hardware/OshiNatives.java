package dev.lathe.hardware;

import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlLibrary;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GraphicsCard;

/// The native look-up through OSHI, each answer given up after a second. Nothing of OSHI is loaded before it is asked.
final class OshiNatives implements Host.Natives {
    private static final Logger LOG = LoggerFactory.getLogger(OshiNatives.class);
    private static final String SOURCE = "OSHI";
    private static final Pattern HEX = Pattern.compile("0x([0-9a-fA-F]{4})");

    @Override
    public String operatingSystem() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return "windows";
        }
        return name.startsWith("mac") ? "macos" : name;
    }

    @Override
    public String architecture() {
        return architecture(System.getProperty("os.arch", ""),
                Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse(""));
    }

    /// The kernel's spelling of an architecture. An x64 JVM on Windows for Arm says `amd64`; the processor's identifier,
    /// which is not emulated, begins with `ARMv8` there.
    static String architecture(String jvmArchitecture, String windowsIdentifier) {
        if (windowsIdentifier.startsWith("ARM")) {
            return "aarch64";
        }
        return Map.of("amd64", "x86_64", "x64", "x86_64", "arm64", "aarch64").getOrDefault(jvmArchitecture,
                jvmArchitecture);
    }

    @Override
    public Reading<Cpu> cpu() {
        return ask(() -> cpu(new SystemInfo().getHardware().getProcessor()));
    }

    @Override
    public Reading<List<Gpu>> gpus() {
        return ask(() -> new SystemInfo().getHardware().getGraphicsCards().stream().map(this::gpu).toList());
    }

    @Override
    public Reading<Long> memoryBytes() {
        return ask(() -> new SystemInfo().getHardware().getMemory().getTotal());
    }

    private static Cpu cpu(CentralProcessor processor) {
        CentralProcessor.ProcessorIdentifier id = processor.getProcessorIdentifier();
        String why = "OSHI does not tell";
        return new Cpu(text(id.getVendor()), text(id.getName()), Reading.unknown("OSHI confuses some generations"),
                new Cpu.Cores(count(processor.getPhysicalPackageCount()), count(processor.getPhysicalProcessorCount()),
                        count(processor.getLogicalProcessorCount()), Reading.unknown(why), Reading.unknown(why),
                        Reading.unknown(why), Reading.unknown(why), Reading.unknown(why)),
                Cpu.Caches.unknown(why), new Cpu.Clock(positive(id.getVendorFreq()), positive(processor.getMaxFreq()),
                        Reading.unknown(why), Reading.unknown(why)),
                Reading.unknown("OSHI names instruction sets that are there, not those that are absent"));
    }

    private Gpu gpu(GraphicsCard card) {
        return gpu(card.getVendor(), card.getName(), card.getDeviceId(), card.getVRam(), operatingSystem());
    }

    /// A card in OSHI's words. On Linux its memory is the largest PCI window, which is not the card's memory; on Windows a
    /// registry entry, which is.
    static Gpu gpu(String vendor, String name, String deviceId, long memoryBytes, String operatingSystem) {
        Matcher vendorId = HEX.matcher(vendor);
        Matcher device = HEX.matcher(deviceId);
        Reading<String> pciId = vendorId.find() && device.find()
                ? Reading.known((vendorId.group(1) + ":" + device.group(1)).toLowerCase(Locale.ROOT), SOURCE)
                : Reading.unknown("OSHI shows no PCI id");
        Reading<Long> memory = operatingSystem.equals("linux")
                ? Reading.unknown("OSHI shows the size of a PCI window, not of the memory")
                : positive(memoryBytes);
        Gpu unknown = Gpu.unknown("OSHI does not tell");
        return unknown.with(new Identity(text(vendor(vendor)), text(name), pciId, unknown.identity().pciSlot(),
                unknown.identity().node()))
                .with(new Gpu.Memory(memory, unknown.memory().sharedBytes(), unknown.memory().unified()));
    }

    /// `NVIDIA Corporation (0x10de)` is the firm and its number, `NVIDIA` the vendor.
    private static String vendor(String text) {
        String firm = text.replaceFirst("\\s*\\(0x[0-9a-fA-F]+\\)$", "");
        for (String known : List.of("NVIDIA", "AMD", "Intel", "Apple", "Qualcomm")) {
            if (firm.startsWith(known)) {
                return known;
            }
        }
        return firm.startsWith("Advanced Micro Devices") ? "AMD" : firm;
    }

    @Override
    public Reading<NvmlSnapshot> nvml() {
        return switch (NvmlLibrary.open()) {
            case Reading.Known<NvmlLibrary>(NvmlLibrary library, String source) -> {
                try (library) {
                    yield Reading.known(library.snapshot(), source);
                }
            }
            case Reading.Unknown<NvmlLibrary>(String why) -> Reading.unknown(why);
        };
    }

    private static Reading<String> text(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() || stripped.equalsIgnoreCase("unknown")
                ? Reading.unknown("OSHI does not tell")
                : Reading.known(stripped, SOURCE);
    }

    private static Reading<Integer> count(int count) {
        return count > 0 ? Reading.known(count, SOURCE) : Reading.unknown("OSHI does not tell");
    }

    private static Reading<Long> positive(long number) {
        return number > 0 ? Reading.known(number, SOURCE) : Reading.unknown("OSHI does not tell");
    }

    private static <T> Reading<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("oshi").start(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | LinkageError e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return Reading.known(answer.get(Host.TOOL_LIMIT.toMillis(), TimeUnit.MILLISECONDS), SOURCE);
        } catch (TimeoutException _) {
            return Reading.unknown("OSHI did not answer within " + Host.TOOL_LIMIT.toMillis() + " ms");
        } catch (ExecutionException e) {
            LOG.debug("OSHI failed", e.getCause());
            return Reading.unknown("OSHI failed: " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Reading.unknown("interrupted");
        }
    }
}
