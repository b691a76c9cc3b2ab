package dev.lathe.hardware;

import dev.lathe.base.Reading;

/// A neural processing unit.
///
/// @param vendor for example `Intel`
/// @param name as its driver or bus names it
/// @param pciId `vendor:device` in lower-case hexadecimal digits
/// @param driver the kernel driver bound to it
public record Npu(Reading<String> vendor, Reading<String> name, Reading<String> pciId,
        Reading<String> driver) implements Device {}
