/// One file per source of truth about devices: procfs and sysfs, the PCI bus, drivers' folders, vendors' libraries and tools, Windows' own inventory, OSHI. The package is larger than
/// the house rule because there are that many sources; each is one small file, beside the tables and readers they share.
/// Every probe is found by its service entry, looks only through a [dev.lathe.hardware.Host], and says Unknown where its source is silent; nothing here decides between sources.
/// Start with [LinuxCpu]; a new probe is one new file that implements [dev.lathe.hardware.Probe].
@NullMarked
package dev.lathe.hardware.probe;

import org.jspecify.annotations.NullMarked;
