package dev.lathe.profile.target;

import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Npu;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.commons.csv.CSVFormat;

/// The execution providers there are, which devices each drives, and what would bring it: `providers.csv`, each line with its source.
final class ProviderTable {
    private static final List<Row> ROWS = read();

    private ProviderTable() {}

    /// One line.
    ///
    /// @param provider its short name
    /// @param kind `cpu`, `gpu` or `npu`
    /// @param vendor whose devices; empty for any vendor's
    /// @param means what to do to have it, as part of a sentence
    /// @param source the address of the page that says so
    record Row(String provider, String kind, String vendor, String means, String source) {

        /// Whether it drives a device.
        boolean drives(Device device) {
            return kind.equals(ProviderTable.kind(device))
                    && (vendor.isEmpty() || vendor.equals(ProviderTable.vendor(device)));
        }
    }

    static List<Row> rows() {
        return ROWS;
    }

    static String kind(Device device) {
        return switch (device) {
            case Cpu _ -> "cpu";
            case Gpu _ -> "gpu";
            case Npu _ -> "npu";
        };
    }

    /// As people spell it: a processor calls itself otherwise.
    static String vendor(Device device) {
        return switch (device) {
            case Cpu cpu -> cpu.vendor().toOptional().map(v -> v.equals("GenuineIntel") ? "Intel" : v).orElse("");
            case Gpu gpu -> gpu.identity().vendor().toOptional().orElse("");
            case Npu npu -> npu.identity().vendor().toOptional().orElse("");
        };
    }

    private static List<Row> read() {
        try (Reader reader = new InputStreamReader(Objects.requireNonNull(
                ProviderTable.class.getResourceAsStream("providers.csv")), StandardCharsets.UTF_8);
                var parser = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader)) {
            return parser.stream().map(r -> new Row(r.get("provider"), r.get("kind"), r.get("vendor"), r.get("means"),
                    r.get("source"))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
