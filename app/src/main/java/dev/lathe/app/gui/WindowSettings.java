package dev.lathe.app.gui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the window remembers between two starts. It is convenience: where it cannot be read or written, nothing is lost.
///
/// @param dark whether it was dark
/// @param recent models that were opened, the latest first
public record WindowSettings(boolean dark, List<Path> recent) {
    private static final Logger LOG = LoggerFactory.getLogger(WindowSettings.class);
    private static final JsonMapper JSON = new JsonMapper();
    static final String FILE = "window.json";

    /// Copies the list.
    public WindowSettings {
        recent = List.copyOf(recent);
    }

    /// Those of a first start.
    public static WindowSettings first() {
        return new WindowSettings(false, List.of());
    }

    /// What a workspace's folder holds; models that are gone are left out.
    public static WindowSettings read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return first();
        }
        try {
            JsonNode node = JSON.readTree(Files.readString(file));
            List<Path> recent = new ArrayList<>();
            node.path("recent").forEach(p -> recent.add(Path.of(p.asString())));
            recent.removeIf(p -> !Files.isRegularFile(p));
            return new WindowSettings(node.path("dark").asBoolean(false), recent);
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            LOG.warn("{} cannot be read; the window starts as if it were its first time", file, e);
            return first();
        }
    }

    /// Keeps them in a workspace's folder.
    public void write(Path folder) {
        ObjectNode node = JSON.createObjectNode().put("dark", dark);
        var files = node.putArray("recent");
        recent.forEach(p -> files.add(p.toAbsolutePath().toString()));
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(FILE), node.toPrettyString());
        } catch (IOException e) {
            LOG.warn("{} cannot be written", folder.resolve(FILE), e);
        }
    }
}
