package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.evaluate.look.Guess;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SoundTest {
    private static final List<ValueInfo> SIGNATURE = List.of(ValueInfo.parse("x:float32[?,?]"),
            ValueInfo.parse("state:float32[2,?,3]"), ValueInfo.parse("sr:int64[]"));

    @TempDir
    Path folder;

    /// Sound whose sample `i` is `i + first` parts of 32768.
    private void sound(String name, int rate, int channels, int length, int first) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(2 * channels * length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            for (int c = 0; c < channels; c++) {
                bytes.putShort((short) (i + first));
            }
        }
        AudioFormat format = new AudioFormat(rate, 16, channels, true, false);
        AudioSystem.write(new AudioInputStream(new ByteArrayInputStream(bytes.array()), format, length),
                AudioFileFormat.Type.WAVE, folder.resolve(name).toFile());
    }

    private Dataset dataset(String source, String more) throws IOException {
        Path file = folder.resolve("dataset.json");
        Files.writeString(file, """
                {'format':'lathe-dataset/1','task':'classification','source':{'kind':'wav','folder':'.'%s},
                 'inputs':{'x':{'from':'samples','window':4,'context':2},'state':{'from':'previous','output':'stateN'},
                           'sr':{'from':'constant','value':8000}}%s}
                """.formatted(source, more).replace('\'', '"'));
        return Dataset.open(file);
    }

    private static float[] floats(Dataset dataset, int index) {
        float[] values = dataset.sample(index, SIGNATURE).getOrDefault("x", Tensor.ofFloats(new long[]{0})).floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 32_768;
        }
        return values;
    }

    @Test
    void windowsComeWithWhatWasBefore() throws IOException {
        sound("a.wav", 8000, 1, 11, 1);
        sound("b.wav", 8000, 1, 4, 101);
        Dataset dataset = dataset("", "");
        assertThat(dataset.size()).isEqualTo(3);
        assertThat(floats(dataset, 0)).containsExactly(0, 0, 1, 2, 3, 4);
        assertThat(floats(dataset, 1)).containsExactly(3, 4, 5, 6, 7, 8);
        assertThat(floats(dataset, 2)).containsExactly(0, 0, 101, 102, 103, 104);
        assertThat(dataset.sampleName(1)).isEqualTo("a.wav#1");
        assertThat(dataset.sequence(1)).isEqualTo("a.wav");
        assertThat(dataset.carried()).isEqualTo(Map.of("state", "stateN"));
        assertThat(dataset.sample(1, SIGNATURE).get("state")).satisfies(t -> {
            assertThat(t.shape()).containsExactly(2, 1, 3);
            assertThat(t.floats()).containsOnly(0);
        });
    }

    @Test
    void aWindowHasTheLabelAtItsMiddle() throws IOException {
        sound("a.wav", 8000, 1, 12, 0);
        // 4 samples are half a millisecond
        Files.writeString(folder.resolve("a.scv"), "a,0.000,0.0006,0,0.0006,0.001,1\n");
        Dataset dataset = dataset(",'segments':'scv'", "");
        assertThat(dataset.label(0)).hasValue(0);
        assertThat(dataset.label(1)).hasValue(1);
        assertThat(dataset.label(2)).isEmpty();
    }

    @Test
    void filesCalibrateAsAWhole() throws IOException {
        for (String name : List.of("a.wav", "b.wav", "c.wav", "d.wav")) {
            sound(name, 8000, 1, 8, 0);
        }
        Dataset dataset = dataset("", ",'calibration':{'count':1,'seed':3}");
        List<Integer> calibrating = dataset.calibration(Selection.DEFAULT);
        assertThat(calibrating).hasSize(2);
        assertThat(dataset.evaluation(Selection.DEFAULT)).hasSize(6)
                .noneMatch(i -> dataset.sequence(i).equals(dataset.sequence(calibrating.getFirst())));
        assertThatThrownBy(() -> dataset("", ",'calibration':{'count':4,'seed':3}").calibration(Selection.DEFAULT))
                .hasMessageContaining("field 'calibration.count' is 4, but there are only 4 files");
    }

    @Test
    void aFileIsOneQueryOfAScan() throws IOException {
        sound("a.wav", 8000, 1, 12, 1);
        Dataset dataset = dataset("", "");
        Sequences sequences = new Sequences(dataset, SIGNATURE);
        List<List<Integer>> files = sequences.byFile(List.of(0, 1, 2));
        assertThat(files).containsExactly(List.of(0, 1, 2));
        TensorPack pack = sequences.write(folder.resolve("sequences.pack"), files);
        assertThat(pack.sample(0)).containsOnlyKeys("x__sequence", "state__sequence", "sr");
        assertThat(pack.sample(0).get("x__sequence")).satisfies(t -> assertThat(t.shape()).containsExactly(3, 1, 6));
        Model over = sequences.over(model(), List.of("y", "stateN"));
        assertThat(GraphCheck.check(over, "over")).isEmpty();
        assertThat(over.graph().nodes()).singleElement().satisfies(n -> assertThat(n.opType()).isEqualTo("Scan"));
        assertThat(Sequences.names(List.of("y"))).containsExactly("y__sequence");
    }

    private static Model model() {
        Graph graph = new Graph("g", List.of(Node.of("n", "ReduceSum", List.of("x"), List.of("y")),
                Node.of("m", "Add", List.of("state", "y"), List.of("stateN"))), SIGNATURE,
                List.of(ValueInfo.parse("y:float32[1,1]"), ValueInfo.parse("stateN:float32[2,?,3]")),
                new LinkedHashMap<>(),
                List.of(), Extra.NONE);
        return new Model(graph, List.of(), new LinkedHashMap<>(Map.of("", 11L)), 8, Model.Metadata.NONE, Extra.NONE);
    }

    @Test
    void whatCannotBeHeardIsRefused() throws IOException {
        sound("a.wav", 8000, 1, 8, 0);
        sound("b.wav", 16_000, 1, 8, 0);
        assertThatThrownBy(() -> dataset(",'rate':8000", "")).hasMessage(folder.resolve("b.wav")
                + ": has 16000 samples a second,"
                + " and source.rate is 8000. Resample it first, for example with ffmpeg -i IN -ar 8000 OUT.wav: Lathe does not,"
                + " for it would change what the model hears.");
        sound("b.wav", 8000, 2, 8, 0);
        assertThatThrownBy(() -> dataset("", ""))
                .hasMessage(folder.resolve("b.wav") + ": has 2 channels, and only mono is taken."
                        + " Mix it down first, for example with ffmpeg -i IN -ac 1 OUT.wav.");
        Files.writeString(folder.resolve("b.wav"), "no sound");
        assertThatThrownBy(() -> dataset("", "")).hasMessageContaining("b.wav: is no WAV file (");
        Files.delete(folder.resolve("b.wav"));
        assertThatThrownBy(() -> new Sequences(dataset("", ""), SIGNATURE).over(other(), List.of("y")))
                .hasMessage(
                        "stateN: the data carries the output stateN on, and the model gives y. Correct inputs.….output of the"
                                + " dataset description.");
    }

    private static Model other() {
        Model model = model();
        return model.withGraph(model.graph().withOutputs(model.graph().outputs().subList(0, 1)));
    }

    @Test
    void soundIsGuessed() throws IOException {
        sound("a.wav", 8000, 1, 2000, 0);
        Files.writeString(folder.resolve("a.scv"), "a,0,1,1\n");
        JsonNode json = JsonMapper.shared().readTree(Guess.of(SIGNATURE, List.of(ValueInfo.parse("y:float32[?,1]"),
                ValueInfo.parse("stateN:float32[?,?,?]")), folder).json());
        assertThat(json.at("/source/segments").asString()).isEqualTo("scv");
        assertThat(json.at("/inputs/x/window").asInt()).isEqualTo(512);
        assertThat(json.at("/inputs/state/output").asString()).isEqualTo("stateN");
        assertThat(json.at("/inputs/sr/value").asInt()).isEqualTo(8000);
    }
}
