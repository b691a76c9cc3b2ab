package dev.lathe.app.cli;

import dev.lathe.hardware.CpuSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// CPUs as the kernel lists them: `0-3,8`.
final class CpuLists implements ITypeConverter<CpuSet> {
    @Override
    public CpuSet convert(String text) {
        return CpuSet.parse(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is no list of CPUs: write 0-3 or 0,2"));
    }
}
