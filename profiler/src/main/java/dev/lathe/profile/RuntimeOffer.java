package dev.lathe.profile;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a runtime says it can run models with, here.
///
/// @param providers full names of the execution providers its library holds: `CPUExecutionProvider`
/// @param devices pairs of a provider and a device that it can drive, as the runtime lists them
public record RuntimeOffer(List<String> providers, List<Device> devices) {

    /// Copies the lists.
    public RuntimeOffer {
        providers = List.copyOf(providers);
        devices = List.copyOf(devices);
    }

    /// A device, as one provider sees it.
    ///
    /// @param provider the provider's full name
    /// @param kind `cpu`, `gpu` or `npu`
    /// @param vendor as the runtime spells it
    /// @param vendorId PCI's number of the vendor, on a processor the runtime's own
    /// @param deviceId PCI's number of the device; 0 where there is none
    /// @param metadata what else provider and device say of themselves
    public record Device(String provider, String kind, String vendor, int vendorId, int deviceId,
            SortedMap<String, String> metadata) {

        /// Copies the map.
        public Device {
            metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
        }
    }
}
