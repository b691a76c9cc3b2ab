package dev.lathe.hardware.nvml;

import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlSnapshot.Card;
import dev.lathe.hardware.nvml.NvmlSnapshot.Mig;
import dev.lathe.hardware.nvml.NvmlSnapshot.Sample;
import dev.lathe.hardware.nvml.NvmlSnapshot.Slice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// The library while it is open; closing it gives the driver back.
///
/// *Thread:* any, one at a time. *Cost:* opening takes some ten milliseconds where a driver is, a failed look-up where not.
/// *Source:* NVIDIA, NVML API reference; the structures' layouts are those of `nvml.h`, unchanged since version 11.
public final class NvmlLibrary implements AutoCloseable {
    /// Where it lies: the loader's own path, and Windows' own Linux (WSL), which is not on it.
    private static final List<String> NAMES = List.of("libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1");
    private static final int SUCCESS = 0;
    private static final int TEXT_BYTES = 96;
    private static final int GRAPHICS_CLOCK = 0;
    private static final int MEMORY_CLOCK = 2;
    private static final int TEMPERATURE_OF_THE_CHIP = 0;
    private static final long HERTZ_PER_MEGAHERTZ = 1_000_000;

    /// `nvmlPciInfo_t`: short bus id, domain, bus, device, ids, subsystem, long bus id.
    private static final MemoryLayout PCI = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_BYTE),
            MemoryLayout.sequenceLayout(5, ValueLayout.JAVA_INT),
            MemoryLayout.sequenceLayout(32, ValueLayout.JAVA_BYTE));
    private static final long PCI_IDS = 28;
    private static final long PCI_BUS_ID = 36;

    /// `nvmlMemory_t`: total, free, used.
    private static final MemoryLayout MEMORY = MemoryLayout.sequenceLayout(3, ValueLayout.JAVA_LONG);
    private static final long MEMORY_USED = 16;

    private final Arena arena;
    private final NvmlCalls calls;
    private final OptionalInt status;

    private NvmlLibrary(Arena arena, NvmlCalls calls) {
        this.arena = arena;
        this.calls = calls;
        this.status = calls.call("nvmlInit_v2");
    }

    /// Opens it if this machine has it, else Unknown. It may still have failed to start: see [#snapshot()].
    public static Reading<NvmlLibrary> open() {
        List<String> names = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")
                ? List.of("nvml")
                : NAMES;
        for (String name : names) {
            Reading<NvmlLibrary> opened = open(name);
            if (opened instanceof Reading.Known<NvmlLibrary>) {
                return opened;
            }
        }
        return Reading.unknown("no " + names.getFirst() + " on this machine");
    }

    /// Opens one library. It may still have failed to start: see [#snapshot()].
    ///
    /// @param name as the system's loader takes it, or a path
    @SuppressWarnings({"restricted", "MustBeClosedChecker"}) // it loads NVIDIA's library, and close() closes the arena
    static Reading<NvmlLibrary> open(String name) {
        Arena arena = Arena.ofShared();
        try {
            SymbolLookup symbols = SymbolLookup.libraryLookup(name, arena);
            return Reading.known(new NvmlLibrary(arena, new NvmlCalls(symbols)), name);
        } catch (IllegalArgumentException _) {
            arena.close();
            return Reading.unknown("no " + name + " on this machine");
        }
    }

    /// Everything it tells, now.
    public NvmlSnapshot snapshot() {
        Reading<String> driver = calls.text("nvmlSystemGetDriverVersion", TEXT_BYTES);
        Reading<String> version = calls.text("nvmlSystemGetNVMLVersion", TEXT_BYTES);
        // 13010 is 13.1
        Reading<String> cuda = calls.number("nvmlSystemGetCudaDriverVersion_v2")
                .map(number -> number / 1000 + "." + number % 1000 / 10);
        if (status.orElse(SUCCESS + 1) != SUCCESS) {
            return new NvmlSnapshot(Optional.of(calls.words(status)), status.orElse(0), driver, version, cuda,
                    List.of());
        }
        int count = calls.number("nvmlDeviceGetCount_v2").toOptional().orElse(0);
        List<Card> cards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cards.add(card(i));
        }
        return new NvmlSnapshot(Optional.empty(), SUCCESS, driver, version, cuda, cards);
    }

    /// What changes from moment to moment, of one card; all Unknown if there is no such card.
    ///
    /// *Cost:* some milliseconds.
    ///
    /// @param index of the card, from 0
    public Sample sample(int index) {
        MemorySegment handle = Arena.ofAuto().allocate(ValueLayout.ADDRESS);
        OptionalInt found = calls.call("nvmlDeviceGetHandleByIndex_v2", index, handle);
        return found.orElse(SUCCESS + 1) == SUCCESS
                ? sample(handle.get(ValueLayout.ADDRESS, 0))
                : unknown("NVML cannot reach card " + index + ": " + calls.words(found));
    }

    private static Sample unknown(String why) {
        return new Sample(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
    }

    private Card card(int index) {
        MemorySegment handle = Arena.ofAuto().allocate(ValueLayout.ADDRESS);
        OptionalInt found = calls.call("nvmlDeviceGetHandleByIndex_v2", index, handle);
        if (found.orElse(SUCCESS + 1) != SUCCESS) {
            String why = "NVML: " + calls.words(found);
            return new Card(Optional.of(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                    Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), unknown(why));
        }
        MemorySegment device = handle.get(ValueLayout.ADDRESS, 0);
        Reading<MemorySegment> pci = calls.structure("nvmlDeviceGetPciInfo_v3", device, PCI);
        Reading<String> compute = calls.pair("nvmlDeviceGetCudaComputeCapability", device)
                .map(version -> version[0] + "." + version[1]);
        return new Card(Optional.empty(), calls.text("nvmlDeviceGetName", device, TEXT_BYTES),
                pci.map(it -> ids(it.get(ValueLayout.JAVA_INT, PCI_IDS))), pci.map(it -> it.getString(PCI_BUS_ID)),
                memory(device, 0), compute, mig(device), sample(device));
    }

    /// The device in the upper half, the vendor in the lower.
    private static String ids(int both) {
        return String.format(Locale.ROOT, "%04x:%04x", both & 0xffff, both >>> 16);
    }

    private Reading<Long> memory(MemorySegment device, long offset) {
        return calls.structure("nvmlDeviceGetMemoryInfo", device, MEMORY)
                .map(it -> it.get(ValueLayout.JAVA_LONG, offset));
    }

    private Reading<Mig> mig(MemorySegment device) {
        return calls.pair("nvmlDeviceGetMigMode", device)
                .map(mode -> new Mig(mode[0] != 0, mode[0] == 0 ? List.of() : slices(device)));
    }

    private List<Slice> slices(MemorySegment device) {
        List<Slice> slices = new ArrayList<>();
        int places = calls.first("nvmlDeviceGetMaxMigDeviceCount", device).toOptional().orElse(0);
        for (int i = 0; i < places; i++) {
            MemorySegment handle = Arena.ofAuto().allocate(ValueLayout.ADDRESS);
            if (calls.call("nvmlDeviceGetMigDeviceHandleByIndex", device, i, handle).orElse(1) == SUCCESS) {
                MemorySegment slice = handle.get(ValueLayout.ADDRESS, 0);
                // "NVIDIA H100 80GB HBM3 MIG 3g.40gb"
                slices.add(new Slice(calls.text("nvmlDeviceGetName", slice, TEXT_BYTES)
                        .map(name -> name.replaceFirst("^.*MIG ", "")), memory(slice, 0)));
            }
        }
        return slices;
    }

    private Sample sample(MemorySegment device) {
        return new Sample(clock("nvmlDeviceGetClockInfo", device, GRAPHICS_CLOCK),
                clock("nvmlDeviceGetMaxClockInfo", device, GRAPHICS_CLOCK),
                clock("nvmlDeviceGetClockInfo", device, MEMORY_CLOCK),
                calls.first("nvmlDeviceGetPowerUsage", device).map(Integer::longValue),
                calls.first("nvmlDeviceGetEnforcedPowerLimit", device).map(Integer::longValue),
                calls.of("nvmlDeviceGetTemperature", device, TEMPERATURE_OF_THE_CHIP).map(Integer::doubleValue),
                calls.first("nvmlDeviceGetUtilizationRates", device), memory(device, MEMORY_USED));
    }

    private Reading<Long> clock(String function, MemorySegment device, int kind) {
        return calls.of(function, device, kind).map(megahertz -> megahertz * HERTZ_PER_MEGAHERTZ);
    }

    @Override
    public void close() {
        if (status.orElse(SUCCESS + 1) == SUCCESS) {
            calls.call("nvmlShutdown");
        }
        arena.close();
    }
}
