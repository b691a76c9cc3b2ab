package dev.lathe.hardware;

import dev.lathe.base.Reading;

/// A graphics processor.
///
/// @param vendor for example `NVIDIA`
/// @param name as its driver, tool or id table names it
/// @param pciId `vendor:device` in lower-case hexadecimal digits, for example `10de:2330`
/// @param pciSlot the bus address, for example `0000:01:00.0`
/// @param memoryBytes memory of its own; the size of a bus window or of shared memory does not count
/// @param driver the kernel driver bound to it
public record Gpu(Reading<String> vendor, Reading<String> name, Reading<String> pciId, Reading<String> pciSlot,
        Reading<Long> memoryBytes, Reading<String> driver) implements Device {

    /// This device with what it does not know filled in from another view of it.
    public Gpu or(Gpu other) {
        return new Gpu(vendor.or(other.vendor), name.or(other.name), pciId.or(other.pciId), pciSlot.or(other.pciSlot),
                memoryBytes.or(other.memoryBytes), driver.or(other.driver));
    }
}
