package dev.lathe.hardware.probe;

import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// Reads `nvidia-smi -q -x`, which older versions print too, and which knows the memory of each slice.
final class NvidiaXml {
    /// Elements by their path below `gpu`, and the column of `--query-gpu` that means the same.
    private static final Map<String, String> PATHS = Map.ofEntries(Map.entry("product_name", "name"),
            Map.entry("pci/pci_bus_id", "pci.bus_id"), Map.entry("pci/pci_device_id", "pci.device_id"),
            Map.entry("fb_memory_usage/total", "memory.total"), Map.entry("fb_memory_usage/used", "memory.used"),
            Map.entry("mig_mode/current_mig", "mig.mode.current"),
            Map.entry("gpu_power_readings/power_draw", "power.draw"),
            Map.entry("power_readings/power_draw", "power.draw"),
            Map.entry("gpu_power_readings/current_power_limit", "enforced.power.limit"),
            Map.entry("temperature/gpu_temp", "temperature.gpu"), Map.entry("utilization/gpu_util", "utilization.gpu"),
            Map.entry("clocks/graphics_clock", "clocks.gr"), Map.entry("clocks/mem_clock", "clocks.mem"),
            Map.entry("max_clocks/graphics_clock", "clocks.max.gr"));

    private NvidiaXml() {}

    static List<Device> parse(String text) {
        Optional<Element> root = root(text);
        if (root.isEmpty()) {
            return List.of();
        }
        List<Device> cards = new ArrayList<>();
        Optional<String> driver = at(root.get(), "driver_version");
        Optional<String> cuda = at(root.get(), "cuda_version");
        for (Element gpu : children(root.get(), "gpu")) {
            Map<String, String> columns = new HashMap<>();
            PATHS.forEach((path, column) -> at(gpu, path).ifPresent(value -> columns.put(column, value)));
            cuda.ifPresent(version -> columns.put("cuda_version", version));
            driver.ifPresent(version -> columns.put("driver_version", version));
            cards.add(withSlices(NvidiaCard.of(columns), gpu));
        }
        return cards;
    }

    private static Gpu withSlices(Gpu card, Element gpu) {
        List<Gpu.Slice> slices = children(gpu, "mig_devices").stream()
                .flatMap(list -> children(list, "mig_device").stream())
                .map(slice -> new Gpu.Slice("instance " + at(slice, "gpu_instance_id").orElse("?"),
                        Facts.of(at(slice, "fb_memory_usage/total").flatMap(Numbers::bytes), NvidiaCard.SOURCE,
                                "nvidia-smi does not show it")))
                .toList();
        return card.withPartitions(card.partitions().map(it -> new Gpu.Partitions(it.enabled(), slices)));
    }

    private static Optional<Element> root(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // its document type lies in a file that nobody has
            factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return Optional.of(builder.parse(new InputSource(new StringReader(text))).getDocumentElement());
        } catch (ParserConfigurationException | SAXException | IOException _) {
            return Optional.empty();
        }
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static Optional<String> at(Element parent, String path) {
        Optional<Element> element = Optional.of(parent);
        for (String name : path.split("/", -1)) {
            element = element.flatMap(it -> children(it, name).stream().findFirst());
        }
        return element.map(Element::getTextContent).map(String::strip);
    }
}
