package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Labelled boxes by picture, from a table or from COCO's annotations; a picture that is not named has none.
public final class BoxLabels {
    private final Map<String, List<Labelled>> byPicture;

    private BoxLabels(Map<String, List<Labelled>> byPicture) {
        this.byPicture = byPicture;
    }

    /// One box as it is labelled, in pixels of the stored picture.
    public record Labelled(String label, double left, double top, double right, double bottom) {}

    /// A picture's size in pixels and its boxes.
    public record Picture(int width, int height, List<Labelled> boxes) {
        /// Copies the boxes.
        public Picture {
            boxes = List.copyOf(boxes);
        }
    }

    static BoxLabels read(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".json") ? coco(file) : table(file);
    }

    private static BoxLabels table(Path file) {
        Table table = Table.read(file, true);
        int name = table.column("filename");
        int label = table.column("label");
        int[] sides = {table.column("left"), table.column("top"), table.column("right"), table.column("bottom")};
        Map<String, List<Labelled>> boxes = new HashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            Labelled box = new Labelled(table.cell(row, label), table.number(row, sides[0]),
                    table.number(row, sides[1]), table.number(row, sides[2]), table.number(row, sides[3]));
            add(boxes, file, table.cell(row, name), box);
        }
        return new BoxLabels(boxes);
    }

    private static BoxLabels coco(Path file) {
        JsonNode tree;
        try {
            tree = new JsonMapper().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        } catch (JacksonException e) {
            throw new ProblemException(wrong(file, "is no JSON (" + e.getOriginalMessage() + ")"), e);
        }
        Map<Long, String> pictures = new HashMap<>();
        tree.path("images").forEach(i -> pictures.put(i.path("id").asLong(), i.path("file_name").asString()));
        Map<Long, String> classes = new HashMap<>();
        tree.path("categories").forEach(c -> classes.put(c.path("id").asLong(), c.path("name").asString()));
        if (pictures.isEmpty() || classes.isEmpty() || !tree.path("annotations").isArray()) {
            throw wrong(file, "has no images, categories and annotations").toException();
        }
        Map<String, List<Labelled>> boxes = new HashMap<>();
        for (JsonNode annotation : tree.path("annotations")) {
            String picture = pictures.get(annotation.path("image_id").asLong());
            String label = classes.get(annotation.path("category_id").asLong());
            JsonNode box = annotation.path("bbox");
            if (picture == null || label == null || box.size() != 4) {
                throw wrong(file, "has the annotation " + annotation.path("id")
                        + " without a known image, a known category or a bbox of four numbers").toException();
            }
            double left = box.get(0).asDouble();
            double top = box.get(1).asDouble();
            add(boxes, file, picture, new Labelled(label, left, top, left + box.get(2).asDouble(),
                    top + box.get(3).asDouble()));
        }
        return new BoxLabels(boxes);
    }

    private static void add(Map<String, List<Labelled>> boxes, Path file, String picture, Labelled box) {
        if (box.right <= box.left || box.bottom <= box.top) {
            throw Problem.error("dataset-box", file.toString(),
                    "has a box of '" + picture + "' without area: left " + box.left + ", top " + box.top + ", right "
                            + box.right + ", bottom " + box.bottom,
                    "Correct or remove it; y grows downwards.").toException();
        }
        boxes.computeIfAbsent(picture, _ -> new ArrayList<>()).add(box);
    }

    private static Problem wrong(Path file, String what) {
        return Problem.error("dataset-boxes", file.toString(), what,
                "Give annotations as COCO has them, or a CSV file with the header filename,label,left,top,right,bottom.");
    }

    /// Refuses labels of pictures that are not there.
    void requireKnown(List<String> names, Path file) {
        Set<String> unknown = new HashSet<>(byPicture.keySet());
        names.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw Problem.error("dataset-file-missing", file.toString(), "labels boxes of '"
                    + unknown.stream().sorted().findFirst().orElse("") + "', which is not among the pictures ("
                    + unknown.size() + " such)", "Add the files or remove their boxes.").toException();
        }
    }

    List<Labelled> of(String picture) {
        return Optional.ofNullable(byPicture.get(picture)).orElse(List.of());
    }
}
