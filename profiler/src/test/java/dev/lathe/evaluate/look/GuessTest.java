package dev.lathe.evaluate.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.evaluate.Dataset;
import dev.lathe.graph.ValueInfo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GuessTest {
    private static final List<ValueInfo> PICTURE = List.of(ValueInfo.parse("x:float32[batch,3,24,24]"));

    @TempDir
    Path folder;

    private void picture(String name, int width, int height) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xFF8000);
        image.setRGB(width / 2, height / 2, 0xFF8000);
        ImageIO.write(image, "png", file.toFile());
    }

    private JsonNode guess(List<ValueInfo> inputs, String output) {
        return JsonMapper.shared().readTree(Guess.of(inputs, List.of(ValueInfo.parse(output)), folder).json());
    }

    /// The guess, written and opened: whatever is guessed must be a description that can be read.
    private Preview shown(List<ValueInfo> inputs, String output) throws IOException {
        Path file = folder.resolve("dataset.json");
        Files.writeString(file, Guess.of(inputs, List.of(ValueInfo.parse(output)), folder).json());
        return Preview.of(Dataset.open(file), inputs, 10, new Cancellation());
    }

    @Test
    void foldersOfPicturesAreClasses() throws IOException {
        for (String name : List.of("train/cat/1.png", "train/cat/2.png", "train/dog/1.png", "train/dog/2.png")) {
            picture(name, 30, 24);
        }
        JsonNode json = guess(PICTURE, "y:float32[batch,2]");
        assertThat(json.at("/source/folder").asString()).isEqualTo("train");
        assertThat(json.at("/source").has("labels")).isFalse();
        assertThat(json.at("/task").asString()).isEqualTo("classification");
        assertThat(json.at("/inputs/x/crop").asString()).isEqualTo("center");
        Preview preview = shown(PICTURE, "y:float32[batch,2]");
        assertThat(preview.problems()).isEmpty();
        assertThat(preview.labels().values()).containsExactly(new Preview.ClassCount("cat", 2),
                new Preview.ClassCount("dog", 2));
        assertThat(preview.inputs().get("x")).satisfies(i -> {
            assertThat(i.shapes()).containsExactly("float32[1,3,24,24]");
            assertThat(i.channels()).hasSize(3);
        });
    }

    @Test
    void aTableOfLabelsIsFoundByItsHeader() throws IOException {
        picture("images/a.png", 24, 24);
        picture("images/b.png", 24, 24);
        Files.writeString(folder.resolve("about.csv"), "one,two\n1,2\n");
        Files.writeString(folder.resolve("labels.csv"), "filename,label\na.png,0\nb.png,1\n");
        JsonNode json = guess(PICTURE, "y:float32[batch,3]");
        assertThat(json.at("/source/labels").asString()).isEqualTo("labels.csv");
        assertThat(json.at("/inputs/x/resize").asString()).isEqualTo("none");
        assertThat(json.at("/output/offset").asInt()).isEqualTo(1);
        Preview preview = shown(PICTURE, "y:float32[batch,3]");
        assertThat(preview.problems()).isEmpty();
        assertThat(preview.labels()).containsOnlyKeys(1, 2);
        // orange pixels on black: red 255, green 128, blue 0
        assertThat(Objects.requireNonNull(preview.inputs().get("x")).channels()).extracting(Preview.Figures::max)
                .satisfies(m -> assertThat(m.getFirst()).isEqualTo(1, within(1e-6)))
                .last().isEqualTo(0.0);
    }

    @Test
    void aDetectorIsKnownByItsCells() throws IOException {
        picture("1.png", 50, 40);
        JsonNode json = guess(List.of(ValueInfo.parse("images:float32[1,3,64,64]")), "output:float32[1,84,85]");
        assertThat(json.at("/output/decoder").asString()).isEqualTo("yolox");
        assertThat(json.at("/inputs/images/colour").asString()).isEqualTo("BGR");
        assertThat(json.at("/source/folder").asString()).isEqualTo(".");
        assertThat(json.at("/task").asString()).isEqualTo("none");
    }

    @Test
    void aTableOfNumbersHasFeaturesAndALabel() throws IOException {
        Files.writeString(folder.resolve("flowers.csv"), "a,b,kind\n1.5,2,rose\n2.5,3,lily\n3.5,1,rose\n4.5,2,lily\n");
        List<ValueInfo> inputs = List.of(ValueInfo.parse("x:float32[?,2]"));
        JsonNode json = guess(inputs, "y:float32[?,2]");
        assertThat(json.at("/source/header").asBoolean()).isTrue();
        assertThat(json.at("/source/features").toString()).isEqualTo("[0,1]");
        assertThat(json.at("/labels/classes").toString()).isEqualTo("[\"lily\",\"rose\"]");
        Preview preview = shown(inputs, "y:float32[?,2]");
        assertThat(preview.problems()).isEmpty();
        assertThat(Objects.requireNonNull(preview.inputs().get("x")).channels().getFirst().max()).isEqualTo(4.5);
        assertThat(preview.samples()).isEqualTo(new Preview.Counts(4, 1, 3, 4));
    }

    @Test
    void labelsWithFractionsAreToBeRegressed() throws IOException {
        Files.writeString(folder.resolve("prices.csv"), "1,2,10.5\n2,3,11.25\n3,1,9.75\n");
        JsonNode json = guess(List.of(ValueInfo.parse("x:float32[?,2]")), "y:float32[?,1]");
        assertThat(json.at("/task").asString()).isEqualTo("regression");
        assertThat(json.at("/metrics").toString()).isEqualTo("[\"rmse\"]");
    }

    @Test
    void everyFieldHasAReason() throws IOException {
        picture("1.png", 50, 40);
        Guess guess = Guess.of(PICTURE, List.of(ValueInfo.parse("y:float32[batch,10]")), folder);
        assertThat(guess.reasons()).extracting(Guess.Reason::field).contains("source.kind", "inputs.x.scale",
                "output.name",
                "task");
        assertThat(guess.reasons()).allSatisfy(r -> assertThat(r.why()).isNotBlank());
    }

    @Test
    void whatIsUnknownIsSaid() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "nothing");
        assertThatThrownBy(() -> guess(PICTURE, "y:float32[1,10]")).hasMessage(folder
                + ": holds nothing that is known to fit the inputs x float32[batch,3,24,24]. Pictures, IDX, TSV and CSV with a"
                + " tokenizer or with numbers, NPZ and WAV files are known; describe other data by saving its inputs as arrays"
                + " of one .npz.");
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> Guess.of(PICTURE, List.of(), none)).hasMessage(none
                + ": there is no such folder of data. Name the folder that holds the samples.");
    }

    @Test
    void aPreviewSaysWhatDoesNotFit() throws IOException {
        Files.writeString(folder.resolve("flowers.csv"), "1.5,2,0\n2.5,3,1\n");
        Path file = folder.resolve("dataset.json");
        Files.writeString(file,
                Guess.of(List.of(ValueInfo.parse("x:float32[?,2]")), List.of(ValueInfo.parse("y:float32[?,2]")),
                        folder).json());
        Dataset dataset = Dataset.open(file);
        assertThat(Preview.of(dataset, List.of(ValueInfo.parse("x:float32[?,3]")), 10, new Cancellation()).problems())
                .extracting(Problem::sentence).singleElement().asString()
                .contains("input 'x' of the model takes float32[?,3], but the data gives float32[2]");
        assertThat(Preview.of(dataset, List.of(ValueInfo.parse("z:float32[?,2]")), 10, new Cancellation()).problems())
                .extracting(Problem::code).containsExactly("data-does-not-fit", "input-unknown");
        assertThat(Preview.of(dataset, List.of(), 10, new Cancellation()).problems()).isEmpty();
        Files.writeString(folder.resolve("flowers.csv"), "1.5,1.5,0\n1.5,1.5,1\n");
        assertThat(Preview.of(Dataset.open(file), List.of(), 10, new Cancellation()).problems())
                .extracting(Problem::sentence)
                .containsExactly("x: is the same number everywhere. Check what it is made from.");
    }

    @Test
    void anEmptyFolderOfADescriptionPointsToTheCommand() {
        assertThatThrownBy(() -> Dataset.open(folder))
                .hasMessage(folder + ": has no dataset.json. Let `lathe dataset init MODEL "
                        + folder + "` write a first guess, and read it.");
        assertThat(Stream.of(folder.toFile().listFiles())).isEmpty();
    }
}
