/// One file per source of truth about devices: procfs and sysfs, lscpu, sysctl, Windows' own inventory, OSHI.
/// Every probe is found by its service entry, looks only through a [dev.lathe.hardware.Host], and says Unknown where its source is silent; nothing here decides between sources.
/// Start with [LinuxCpu]; a new probe is one new file that implements [dev.lathe.hardware.Probe].
@NullMarked
package dev.lathe.hardware.probe;

import org.jspecify.annotations.NullMarked;
