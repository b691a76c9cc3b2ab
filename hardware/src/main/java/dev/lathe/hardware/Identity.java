package dev.lathe.hardware;

import dev.lathe.base.Reading;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Which device it is: its name, and where it is plugged in.
///
/// @param vendor for example `NVIDIA`
/// @param name as its driver, tool or id table names it
/// @param pciId `vendor:device` in lower-case hexadecimal digits, for example `10de:2330`
/// @param pciSlot the bus address, for example `0000:01:00.0`
/// @param node the device file programs open, for example `/dev/accel/accel0`
public record Identity(Reading<String> vendor, Reading<String> name, Reading<String> pciId, Reading<String> pciSlot,
        Reading<String> node) {

    /// Nothing known.
    public static Identity unknown(String why) {
        return new Identity(Reading.unknown(why), Reading.unknown(why), Reading.unknown(why), Reading.unknown(why),
                Reading.unknown(why));
    }

    /// This with another vendor.
    public Identity withVendor(Reading<String> other) {
        return new Identity(other, name, pciId, pciSlot, node);
    }

    /// This with another name.
    public Identity withName(Reading<String> other) {
        return new Identity(vendor, other, pciId, pciSlot, node);
    }

    /// This with another place on the PCI bus.
    public Identity withPci(Reading<String> id, Reading<String> slot) {
        return new Identity(vendor, name, id, slot, node);
    }

    /// This with another device file.
    public Identity withNode(Reading<String> other) {
        return new Identity(vendor, name, pciId, pciSlot, other);
    }

    /// This with the gaps filled from another view of the same device.
    public Identity or(Identity other) {
        return new Identity(Views.fill(vendor, other.vendor), Views.fill(name, other.name),
                Views.fill(pciId, other.pciId),
                Views.fill(pciSlot, other.pciSlot), Views.fill(node, other.node));
    }

    /// What to call it: its name, else its vendor, else its PCI id.
    public String label() {
        return name.toOptional().or(vendor::toOptional).or(pciId::toOptional).orElse("unnamed");
    }

    /// How strongly two sources' devices look like one: 0 for two devices, more for better reasons.
    ///
    /// A bus address decides. Without one, the PCI id, the name and last the vendor count, as long as nothing speaks
    /// against it.
    int likeness(Identity other) {
        if (differ(pciSlot, other.pciSlot) || differ(pciId, other.pciId) || differ(vendor, other.vendor)) {
            return 0;
        }
        int likeness = same(vendor, other.vendor) && sparse(other) ? 1 : 0;
        likeness += same(name, other.name) ? 2 : 0;
        likeness += same(pciId, other.pciId) || same(node, other.node) ? 4 : 0;
        return likeness + (same(pciSlot, other.pciSlot) ? 8 : 0);
    }

    /// Whether one of the two says so little of its place that the vendor has to do. A device file is a place, too.
    private boolean sparse(Identity other) {
        return (placeless(this) || placeless(other)) && node.toOptional().isEmpty()
                && other.node.toOptional().isEmpty();
    }

    private static boolean placeless(Identity one) {
        return one.pciId.toOptional().isEmpty() && one.pciSlot.toOptional().isEmpty();
    }

    private static boolean same(Reading<String> one, Reading<String> other) {
        return lower(one).isPresent() && Objects.equals(lower(one), lower(other));
    }

    private static boolean differ(Reading<String> one, Reading<String> other) {
        return lower(one).isPresent() && lower(other).isPresent() && !Objects.equals(lower(one), lower(other));
    }

    private static Optional<String> lower(Reading<String> reading) {
        return reading.toOptional().map(text -> text.toLowerCase(Locale.ROOT));
    }
}
