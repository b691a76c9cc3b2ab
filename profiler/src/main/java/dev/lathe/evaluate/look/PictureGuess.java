package dev.lathe.evaluate.look;

import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.image.ImageFile;
import dev.lathe.evaluate.image.Pixels;
import dev.lathe.evaluate.source.IdxFile;
import dev.lathe.evaluate.source.Table;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Pictures for an input of one, three or four dimensions.
record PictureGuess(FolderContent content, Guess.Draft draft, List<ValueInfo> outputs) {
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
    private static final double UNIT = 1 / 255.0;
    private static final int LOOKED_AT = 20;
    private static final int USUAL_SIDE = 224;
    private static final int IDX_SIDE = 28;

    /// What the model's input says of a picture.
    private record Wanted(ValueInfo input, int channels, int width, int height, boolean channelsLast) {

        static Optional<Wanted> of(ValueInfo input) {
            List<Dim> dims = input.shape().orElse(List.of());
            long[] sizes = dims.stream().mapToLong(d -> d.fixed().orElse(0)).toArray();
            if (sizes.length == 4 && (sizes[1] == 1 || sizes[1] == 3)) {
                return Optional.of(new Wanted(input, (int) sizes[1], (int) sizes[3], (int) sizes[2], false));
            }
            if (sizes.length == 4 && (sizes[3] == 1 || sizes[3] == 3)) {
                return Optional.of(new Wanted(input, (int) sizes[3], (int) sizes[2], (int) sizes[1], true));
            }
            boolean flat = IntStream.range(1, sizes.length).anyMatch(i -> sizes[i] == IDX_SIDE * IDX_SIDE);
            return flat ? Optional.of(new Wanted(input, 1, IDX_SIDE, IDX_SIDE, false)) : Optional.empty();
        }
    }

    boolean fits(List<ValueInfo> inputs) {
        Optional<Wanted> wanted = inputs.size() == 1 ? Wanted.of(inputs.getFirst()) : Optional.empty();
        if (wanted.isEmpty()) {
            return false;
        }
        return idx(wanted.get()) || folder(wanted.get());
    }

    private boolean idx(Wanted wanted) {
        List<Path> images = content.named(n -> n.contains("idx3-ubyte"));
        if (images.isEmpty() || wanted.channels() != 1) {
            return false;
        }
        Path file = images.stream().filter(f -> !f.getFileName().toString().startsWith("train")).findFirst()
                .orElse(images.getFirst());
        draft.put("source.kind", "idx", "a file in MNIST's format, by its name");
        draft.put("source.images", FolderContent.text(file), images.size() > 1
                ? "the one that is not named after training"
                : "the only one");
        String labels = file.getFileName().toString().replace("images", "labels").replace("idx3", "idx1");
        Optional<Path> found = content.files().stream().filter(f -> f.getFileName().toString().equals(labels))
                .findFirst();
        found.ifPresent(f -> draft.put("source.labels", FolderContent.text(f), "named like the images"));
        image(wanted, List.of());
        draft.found(IdxFile.images(content.root().resolve(file)).count(),
                found.isPresent() ? Guess.Draft.Labels.CLASSES : Guess.Draft.Labels.NONE, 0);
        return true;
    }

    private boolean folder(Wanted wanted) {
        Optional<FolderContent.Pictures> pictures = content.pictures();
        if (pictures.isEmpty()) {
            return false;
        }
        FolderContent.Pictures found = pictures.get();
        draft.put("source.kind", "images", found.files().size() + " pictures were found");
        draft.put("source.folder", found.folder().isEmpty() ? "." : found.folder(), found.classes().isEmpty()
                ? "the folder with the most pictures"
                : "it has " + found.classes().size() + " folders with pictures, whose names are the labels");
        Optional<Path> labels = found.classes().isEmpty() ? labels(found) : Optional.empty();
        labels.ifPresent(l -> draft.put("source.labels", FolderContent.text(l),
                "its header has filename and label, and it names these pictures"));
        Set<String> kinds = new HashSet<>(found.classes());
        labels.map(l -> Table.read(content.root().resolve(l), true)).ifPresent(t -> {
            int column = t.header().indexOf("label");
            IntStream.range(0, t.rows()).forEach(r -> kinds.add(t.cell(r, column)));
            if (kinds.stream().anyMatch(k -> !k.strip().matches("\\d+"))) {
                draft.put("labels.classes", kinds.stream().sorted().toList(),
                        "the names in order of the alphabet: CHECK the order against the model's classes");
            }
        });
        image(wanted, sizes(found));
        draft.found(found.files().size(),
                kinds.isEmpty() ? Guess.Draft.Labels.NONE : Guess.Draft.Labels.CLASSES, kinds.size());
        return true;
    }

    private Optional<Path> labels(FolderContent.Pictures pictures) {
        Set<String> names = new HashSet<>(pictures.files().stream().map(f -> f.getFileName().toString()).toList());
        return content.tables().stream().filter(t -> {
            try {
                Table table = Table.read(content.root().resolve(t), true);
                int column = table.header().indexOf("filename");
                return column >= 0 && table.header().contains("label") && table.rows() > 0
                        && names.contains(table.cell(0, column));
            } catch (ProblemException _) {
                return false; // not a table of labels then
            }
        }).findFirst();
    }

    private List<Pixels> sizes(FolderContent.Pictures pictures) {
        int every = Math.max(1, pictures.files().size() / LOOKED_AT);
        return IntStream.range(0, pictures.files().size()).filter(i -> i % every == 0).limit(LOOKED_AT)
                .mapToObj(i -> ImageFile.read(content.root().resolve(pictures.files().get(i)))).toList();
    }

    private void image(Wanted wanted, List<Pixels> seen) {
        String name = wanted.input().name();
        draft.input(name, "from", "image", "the input is a picture by its shape " + wanted.input().signature());
        if (isYolox(wanted)) {
            yolox(wanted);
            return;
        }
        geometry(wanted, seen);
        draft.input(name, "colour", wanted.channels() == 1 ? "GRAY" : "RGB", wanted.channels() == 1
                ? "the input has one channel"
                : "usual; models from Caffe and OpenCV take BGR: `lathe evaluate` warns if that scores better");
        if (wanted.input().shape().map(List::size).orElse(0) == 4) {
            draft.input(name, "layout", wanted.channelsLast() ? "NHWC" : "NCHW",
                    "the channels are the " + (wanted.channelsLast() ? "last" : "second") + " dimension");
        }
        boolean whole = wanted.input().type() == DataType.UINT8;
        draft.input(name, "scale", whole ? 1.0 : UNIT, whole
                ? "the input takes bytes"
                : "usual: 0..1; some models take 0..255: `lathe evaluate` warns if another range scores better");
        if (!whole && wanted.channels() == 3 && classes() >= 1000) {
            draft.input(name, "mean", IMAGENET_MEAN, "usual for classifiers of ImageNet's 1000 classes");
            draft.input(name, "std", IMAGENET_STD, "as mean");
        }
    }

    /// How many classes a classifier of the whole picture tells apart; 0 where the model is none.
    private long classes() {
        List<Dim> dims = outputs.isEmpty() ? List.of() : outputs.getFirst().shape().orElse(List.of());
        long[] large = dims.stream().skip(1).mapToLong(d -> d.fixed().orElse(0)).filter(d -> d != 1).toArray();
        return outputs.size() == 1 && large.length == 1 ? large[0] : 0;
    }

    /// Whether the output is that of YOLOX: a row for each cell of three grids, with a box, an objectness and classes.
    private boolean isYolox(Wanted wanted) {
        List<Dim> dims = outputs.isEmpty() ? List.of() : outputs.getFirst().shape().orElse(List.of());
        long cells = 0;
        for (int stride : new int[]{8, 16, 32}) {
            cells += (long) (wanted.width() / stride) * (wanted.height() / stride);
        }
        return outputs.size() == 1 && dims.size() == 3 && cells > 0 && dims.get(1).fixed().orElse(0) == cells
                && dims.get(2).fixed().orElse(0) > 5;
    }

    private void yolox(Wanted wanted) {
        String name = wanted.input().name();
        String why = "as YOLOX was trained, whose output this is by its shape";
        draft.input(name, "resize", "letterbox", why);
        draft.input(name, "width", wanted.width(), "the model's input");
        draft.input(name, "height", wanted.height(), "the model's input");
        draft.input(name, "pad", 114, why);
        draft.input(name, "anchor", "top-left", why);
        draft.input(name, "colour", "BGR", why);
        draft.input(name, "layout", "NCHW", why);
        draft.input(name, "scale", 1.0, why);
        draft.put("output.decoder", "yolox", why);
        draft.put("metrics", List.of("box-agreement"), "boxes without labels");
    }

    private void geometry(Wanted wanted, List<Pixels> seen) {
        String name = wanted.input().name();
        int width = wanted.width() == 0 ? USUAL_SIDE : wanted.width();
        int height = wanted.height() == 0 ? USUAL_SIDE : wanted.height();
        if (seen.isEmpty() || seen.stream().allMatch(p -> p.width() == width && p.height() == height)) {
            draft.input(name, "resize", "none", "the pictures have the size that the model takes");
            return;
        }
        int shorter = seen.stream().mapToInt(p -> Math.min(p.width(), p.height())).min().orElse(0);
        int longest = seen.stream().mapToInt(p -> Math.min(p.width(), p.height())).max().orElse(0);
        String open = wanted.width() == 0 ? "; the model leaves it open, and 224 is usual" : "";
        if (width != height) {
            draft.input(name, "resize", "stretch", "the model takes " + width + " x " + height + open);
        } else if (shorter == longest && shorter >= width && shorter <= width * 5 / 4) {
            draft.input(name, "resize", "none",
                    "the shorter sides are " + shorter + " already, made for a crop of " + width
                            + open);
            draft.input(name, "crop", "center", "as for resize");
        } else if (classes() > 0) {
            draft.input(name, "resize", "shorter-side", "usual for classifiers" + open);
            draft.input(name, "crop", "center", "usual for classifiers");
        } else {
            draft.input(name, "resize", "letterbox", "usual for detectors" + open);
        }
        draft.input(name, "width", width, "the model's input");
        draft.input(name, "height", height, "the model's input");
    }
}
