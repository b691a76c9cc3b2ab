package dev.lathe.profile.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TensorPackTest {
    private static final String REMEDY = "Delete it and run the command again, which writes it anew.";

    @TempDir
    private Path folder;

    @Test
    void givesBackEverySampleInOrder() {
        Path file = folder.resolve("data.pack");
        write(file, 3);
        TensorPack pack = TensorPack.open(file);
        assertThat(pack.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(pack.sample(i)).isEqualTo(sample(i));
            assertThat(pack.sample(i).sequencedKeySet()).containsExactly("ids", "image");
            assertThat(pack.sample(i).values()).allMatch(t -> t.data().isDirect() && t.data().isReadOnly());
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void alignsEveryTensorTo64Bytes() {
        Path file = folder.resolve("data.pack");
        write(file, 2);
        for (Tensor tensor : TensorPack.open(file).sample(1).values()) {
            assertThat(tensor.data().alignmentOffset(0, PackLayout.ALIGNMENT)).isZero();
        }
    }

    @Test
    void holdsScalarsAndEmptyTensors() {
        Path file = folder.resolve("data.pack");
        SequencedMap<String, Tensor> odd = new LinkedHashMap<>();
        odd.put("rate", Tensor.ofLongs(DataType.INT64, new long[0], 16_000));
        odd.put("past", Tensor.ofFloats(new long[]{2, 0, 4}));
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            writer.add(odd);
        }
        assertThat(TensorPack.open(file).sample(0)).isEqualTo(odd);
    }

    @Test
    void leavesNothingOfAnAbandonedPack() {
        Path file = folder.resolve("data.pack");
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            writer.add(sample(0));
            writer.abandon();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesTheFileWhenTheDiskIsFull() throws IOException {
        Path file = folder.resolve("data.pack");
        Path part = Files.createFile(folder.resolve("data.pack.part"));
        try (TensorPackWriter writer = new TensorPackWriter(file, part, new FullDisk(100))) {
            assertThatThrownBy(() -> writer.add(sample(0))).isInstanceOf(ProblemException.class)
                    .hasMessage(file + ": cannot be written (No space left on device). "
                            + "Free space there, or choose a folder that can be written.");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAPackAtEveryLengthItCouldBeCutTo() throws IOException {
        Path file = folder.resolve("data.pack");
        write(file, 2);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 7) {
            Path cut = Files.write(folder.resolve("cut.pack"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TensorPack.open(cut)).isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith(cut + ": is no whole tensor pack: it").hasMessageEndingWith(REMEDY);
        }
    }

    @Test
    void refusesAFileThatIsNoPack() throws IOException {
        Path file = Files.writeString(folder.resolve("page.pack"), "<html>a page of more than 24 bytes</html>");
        assertThatThrownBy(() -> TensorPack.open(file)).hasMessage(
                file + ": is no whole tensor pack: it does not start as a tensor pack does. " + REMEDY);
    }

    @Test
    void refusesAnIndexThatDoesNotAgreeWithTheBytes() throws IOException {
        for (String wrong : new String[]{"\"bytes\":99", "\"bytes\":-1"}) {
            Path file = folder.resolve("data.pack");
            write(file, 1);
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            String spoilt = text.replace("\"bytes\":24", wrong + " ".repeat("\"bytes\":24".length() - wrong.length()));
            Files.writeString(file, spoilt, StandardCharsets.ISO_8859_1);
            TensorPack pack = TensorPack.open(file);
            assertThatThrownBy(() -> pack.sample(0)).isInstanceOf(ProblemException.class).hasMessage(
                    file + ": is no whole tensor pack: its index and its bytes do not agree. " + REMEDY);
        }
    }

    @Test
    void namesAMissingFile() {
        Path file = folder.resolve("absent.pack");
        assertThatThrownBy(() -> TensorPack.open(file)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(file + ": cannot be read").hasMessageEndingWith(REMEDY);
    }

    private static void write(Path file, int samples) {
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int i = 0; i < samples; i++) {
                writer.add(sample(i));
            }
        }
    }

    private static SequencedMap<String, Tensor> sample(int index) {
        SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
        sample.put("ids", Tensor.ofLongs(DataType.INT64, new long[]{1, 3}, index, 2, 3));
        sample.put("image", Tensor.ofFloats(new long[]{1, 2, 2}, index, 0.25f, -1, 4));
        return sample;
    }

    /// Takes so many bytes and then fails as a full disk does.
    private static final class FullDisk implements WritableByteChannel {
        private int left;

        FullDisk(int left) {
            this.left = left;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int taken = Math.min(left, bytes.remaining());
            if (taken == 0) {
                throw new IOException("No space left on device");
            }
            left -= taken;
            bytes.position(bytes.position() + taken);
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
