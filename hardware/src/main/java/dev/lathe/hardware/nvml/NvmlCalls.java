package dev.lathe.hardware.nvml;

import dev.lathe.base.Reading;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// Calls functions of the library by name. All return a status and write their answer where they are told.
record NvmlCalls(SymbolLookup symbols) {
    private static final String SOURCE = "NVML";
    private static final Linker LINKER = Linker.nativeLinker();

    /// Calls a function with numbers (`int`) and addresses; empty if this version of the library has none of this name.
    OptionalInt call(String function, Object... arguments) {
        MemoryLayout[] layouts = Arrays.stream(arguments)
                .map(argument -> argument instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS)
                .toArray(MemoryLayout[]::new);
        return invoke(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts), arguments)
                .map(status -> OptionalInt.of((int) status)).orElse(OptionalInt.empty());
    }

    @SuppressWarnings("restricted") // calling the library is what this class is for
    private Optional<Object> invoke(String function, FunctionDescriptor descriptor, Object... arguments) {
        return symbols.find(function).map(address -> {
            try {
                return LINKER.downcallHandle(address, descriptor).invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                // a foreign function declares no exceptions
                throw new IllegalStateException(function, e);
            }
        });
    }

    /// What a status means, in the library's words.
    @SuppressWarnings("restricted") // the library's own text ends with a NUL
    String words(OptionalInt status) {
        if (status.isEmpty()) {
            return "this version of NVML has no such function";
        }
        Optional<Object> text = invoke("nvmlErrorString",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT), status.getAsInt());
        return text.map(it -> ((MemorySegment) it).reinterpret(Long.MAX_VALUE).getString(0))
                .orElse("status " + status.getAsInt());
    }

    /// The text a function writes into a buffer.
    Reading<String> text(String function, int bytes) {
        MemorySegment buffer = Arena.ofAuto().allocate(bytes);
        return answer(function, call(function, buffer, bytes), buffer).map(it -> it.getString(0));
    }

    /// The text a function writes about a device.
    Reading<String> text(String function, MemorySegment device, int bytes) {
        MemorySegment buffer = Arena.ofAuto().allocate(bytes);
        return answer(function, call(function, device, buffer, bytes), buffer).map(it -> it.getString(0));
    }

    /// The number a function writes.
    Reading<Integer> number(String function) {
        MemorySegment number = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
        return answer(function, call(function, number), number).map(it -> it.get(ValueLayout.JAVA_INT, 0));
    }

    /// The number a function writes about a device; the first, if it writes a structure of two.
    Reading<Integer> first(String function, MemorySegment device) {
        MemorySegment two = Arena.ofAuto().allocate(ValueLayout.JAVA_INT, 2);
        return answer(function, call(function, device, two), two).map(it -> it.get(ValueLayout.JAVA_INT, 0));
    }

    /// The two numbers a function writes to two addresses about a device.
    Reading<int[]> pair(String function, MemorySegment device) {
        MemorySegment both = Arena.ofAuto().allocate(ValueLayout.JAVA_INT, 2);
        return answer(function, call(function, device, both, both.asSlice(Integer.BYTES)), both)
                .map(it -> it.toArray(ValueLayout.JAVA_INT));
    }

    /// The number a function writes about one kind of thing of a device.
    Reading<Integer> of(String function, MemorySegment device, int kind) {
        MemorySegment number = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
        return answer(function, call(function, device, kind, number), number)
                .map(it -> it.get(ValueLayout.JAVA_INT, 0));
    }

    /// The structure a function writes about a device.
    Reading<MemorySegment> structure(String function, MemorySegment device, MemoryLayout layout) {
        MemorySegment structure = Arena.ofAuto().allocate(layout);
        return answer(function, call(function, device, structure), structure);
    }

    private Reading<MemorySegment> answer(String function, OptionalInt status, MemorySegment written) {
        return status.isPresent() && status.getAsInt() == 0
                ? Reading.known(written, SOURCE + " " + function)
                : Reading.unknown(SOURCE + " " + function + ": " + words(status));
    }
}
