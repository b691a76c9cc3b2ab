package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetTest {
    @TempDir
    private Path temporary;
    private DataFolder folder;

    @BeforeEach
    void enter() {
        folder = new DataFolder(temporary);
    }

    @Test
    void readsIdxPackedAndPlain() {
        Dataset dataset = folder.idx(4, "");
        assertThat(dataset.size()).isEqualTo(4);
        assertThat(dataset.sample(2, DataFolder.input(DataType.FLOAT, 1, 1, 2, 3)).get("x"))
                .isEqualTo(Tensor.ofFloats(new long[]{1, 1, 2, 3}, 2, 2, 2, 2, 2, 2));
        assertThat(dataset.label(2)).hasValue(2);
        assertThat(dataset.label(3)).hasValue(0);
        assertThat(dataset.sampleName(3)).isEqualTo("3");
    }

    @Test
    void readsNumpyArraysOfEitherByteOrder() {
        ByteBuffer big = ByteBuffer.allocate(24).putInt(1).putInt(2).putInt(3).putInt(4).putInt(5).putInt(-6).flip();
        ByteBuffer labels = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(7).putLong(8).putLong(9)
                .flip();
        folder.npz("data.npz", Map.of("a", DataFolder.npy(">i4", "(3, 2)", false, big), "label",
                DataFolder.npy("<i8", "(3,)", false, labels)));
        Dataset dataset = Dataset.open(folder.describe("'kind':'npz','file':'data.npz','labels':'label'",
                "'from':'array','array':'a'", ""));
        assertThat(dataset.sample(2, DataFolder.input(DataType.INT32, -1, 2)).get("x"))
                .isEqualTo(Tensor.ofLongs(DataType.INT32, new long[]{1, 2}, 5, -6));
        assertThat(dataset.sample(0, DataFolder.input(DataType.FLOAT, -1, 2)).get("x"))
                .isEqualTo(Tensor.ofFloats(new long[]{1, 2}, 1, 2));
        assertThat(dataset.label(1)).hasValue(8);
    }

    @Test
    void mapsTextLabelsThroughTheClasses() {
        folder.text("iris.csv", "5.1,3.5,setosa\n\n4.9,3.0,virginica\n");
        Dataset dataset = Dataset.open(folder.describe(
                "'kind':'csv','file':'iris.csv','features':[1,0],'labelColumn':2", "'from':'features'",
                "'labels':{'classes':['setosa','virginica']},'output':{'offset':1}"));
        assertThat(dataset.sample(0, DataFolder.input(DataType.DOUBLE, -1, 2)).get("x"))
                .isEqualTo(Tensor.ofFloats(DataType.DOUBLE, new long[]{1, 2}, 3.5f, 5.1f));
        assertThat(dataset.label(0)).hasValue(1);
        assertThat(dataset.label(1)).hasValue(2);
        assertThat(dataset.classNames()).containsExactly("setosa", "virginica");
    }

    @Test
    void readsClassesFromAFile() {
        folder.text("classes.txt", "zero\none\ntwo\n");
        assertThat(folder.idx(3, "'labels':{'classes':'classes.txt'}").classNames()).containsExactly("zero", "one",
                "two");
    }

    @Test
    void givesNumbersForRegression() {
        folder.text("houses.csv", "rooms,price\n3,199.5\n");
        Path file = folder.describe("'kind':'csv','file':'houses.csv','header':true,'features':[0],'labelColumn':1",
                "'from':'features'", "");
        folder.text("dataset.json", read(file).replace("classification", "regression"));
        Dataset dataset = Dataset.open(temporary);
        assertThat(dataset.target(0)).hasValue(199.5);
        assertThat(dataset.label(0)).isEmpty();
    }

    /// Expected: ten indices shuffled with `SplittableRandom(7)` are 1 5 0 4 2 8 7 3 9 6.
    @Test
    void drawsCalibrationSamplesWithTheSeed() {
        Dataset dataset = folder.idx(10, "'calibration':{'count':4,'seed':7}");
        assertThat(dataset.calibration(Selection.DEFAULT)).containsExactly(1, 5, 0, 4);
        assertThat(dataset.evaluation(Selection.DEFAULT)).containsExactly(2, 3, 6, 7, 8, 9);
    }

    @Test
    void evaluatesAllWithoutCalibration() {
        Dataset dataset = folder.idx(5, "'calibration':{'count':4,'seed':7}");
        assertThat(dataset.calibration(Selection.NONE)).isEmpty();
        assertThat(dataset.evaluation(Selection.NONE)).containsExactly(0, 1, 2, 3, 4);
        assertThat(folder.idx(5, "").evaluation(Selection.DEFAULT)).hasSize(5);
    }

    @Test
    void takesASeparateCalibrationSourceWhole() {
        folder.images("images.gz", 3, 3);
        folder.labels("labels", 3);
        folder.images("more.gz", 2, 2);
        Dataset dataset = Dataset.open(folder.describe(
                "'kind':'idx','images':'images.gz','labels':'labels','calibration':'more.gz'",
                "'from':'image','colour':'GRAY'", "'calibration':{'count':1}"));
        assertThat(dataset.size()).isEqualTo(5);
        assertThat(dataset.calibration(Selection.DEFAULT)).containsExactly(3, 4);
        assertThat(dataset.evaluation(Selection.DEFAULT)).containsExactly(0, 1, 2);
        assertThat(dataset.label(3)).isEmpty();
        assertThat(dataset.sampleName(4)).isEqualTo("1");
        assertThat(dataset.sample(4, DataFolder.input(DataType.UINT8, 1, 6)).firstEntry().getValue().longs())
                .containsOnly(1);
    }

    @Test
    void followsANamedSplit() {
        folder.text("c.txt", "3\n1\n");
        folder.text("e.txt", "4\n\n0\n");
        Dataset dataset = folder.idx(5, "'splits':{'peer':{'calibration':'c.txt','evaluation':'e.txt'}}");
        assertThat(dataset.calibration(Selection.split("peer"))).containsExactly(3, 1);
        assertThat(dataset.evaluation(Selection.split("peer"))).containsExactly(4, 0);
        assertThatThrownBy(() -> dataset.evaluation(Selection.split("pear"))).isInstanceOf(ProblemException.class)
                .hasMessage(dataset.path() + ": has no split 'pear'. Name one of: peer.");
    }

    @Test
    void hashesContentAndNotPlaces() {
        String hash = folder.idx(4, "").contentHash();
        assertThat(hash).hasSize(64).isEqualTo(folder.idx(4, "").contentHash());
        assertThat(folder.idx(5, "").contentHash()).isNotEqualTo(hash);
        assertThat(folder.idx(4, "'metrics':['top-1']").contentHash()).isNotEqualTo(hash);
    }

    @Test
    void hashesFilesThatAreNamedByAbsolutePaths() {
        Path images = folder.images("images.gz", 2, 2);
        Path description = folder.describe("'kind':'idx','images':'" + images.toUri().getPath() + "'",
                "'from':'image','colour':'GRAY'", "");
        Path relative = Path.of("").toAbsolutePath().relativize(description);
        assertThat(Dataset.open(relative).contentHash()).isEqualTo(Dataset.open(description).contentHash());
    }

    @Test
    void takesItsNameFromTheDescription() {
        Dataset dataset = folder.idx(1, "");
        assertThat(dataset.name()).isEqualTo(temporary.getFileName().toString());
        Path named = folder.text("digits.dataset.json", read(dataset.path()));
        assertThat(Dataset.open(named).name()).isEqualTo("digits");
        assertThat(Dataset.open(named).contentHash()).isEqualTo(dataset.contentHash());
    }

    @Test
    void answersFromManyThreads() {
        Dataset dataset = folder.idx(50, "");
        var signature = DataFolder.input(DataType.UINT8, 1, 6);
        assertThat(IntStream.range(0, 50).parallel()
                .allMatch(i -> dataset.sample(i, signature).firstEntry().getValue().longs()[0] == i)).isTrue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
