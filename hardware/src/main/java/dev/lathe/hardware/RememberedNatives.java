package dev.lathe.hardware;

import dev.lathe.base.Reading;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Asks each native question once.
final class RememberedNatives implements Host.Natives {
    private final Host.Natives natives;
    private final Once<Reading<Cpu>> cpu;
    private final Once<Reading<List<Gpu>>> gpus;
    private final Once<Reading<Long>> memoryBytes;
    private final Once<Reading<NvmlSnapshot>> nvml;

    RememberedNatives(Host.Natives natives) {
        this.natives = natives;
        this.cpu = new Once<>(natives::cpu);
        this.gpus = new Once<>(natives::gpus);
        this.memoryBytes = new Once<>(natives::memoryBytes);
        this.nvml = new Once<>(natives::nvml);
    }

    @Override
    public String operatingSystem() {
        return natives.operatingSystem();
    }

    @Override
    public String architecture() {
        return natives.architecture();
    }

    @Override
    public Reading<Cpu> cpu() {
        return cpu.get();
    }

    @Override
    public Reading<List<Gpu>> gpus() {
        return gpus.get();
    }

    @Override
    public Reading<Long> memoryBytes() {
        return memoryBytes.get();
    }

    @Override
    public Reading<NvmlSnapshot> nvml() {
        return nvml.get();
    }

    /// A question and, once asked, its answer; who asks meanwhile waits for it.
    private static final class Once<T> {
        private final Supplier<T> question;
        private Optional<T> answer = Optional.empty();

        Once(Supplier<T> question) {
            this.question = question;
        }

        synchronized T get() {
            T found = answer.orElseGet(question);
            answer = Optional.of(found);
            return found;
        }
    }
}
