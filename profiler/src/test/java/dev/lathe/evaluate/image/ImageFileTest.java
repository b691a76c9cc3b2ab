package dev.lathe.evaluate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageFileTest {
    private static final String REMEDY = "Replace it, convert it to PNG or JPEG, or take it out of the data.";

    @TempDir
    private Path folder;

    @Test
    void readsColours() throws IOException {
        assertThat(PixelsTest.values(written(BufferedImage.TYPE_INT_RGB, 0x0A1E28))).containsExactly(10, 30, 40);
    }

    @Test
    void dropsTransparency() throws IOException {
        assertThat(PixelsTest.values(written(BufferedImage.TYPE_INT_ARGB, 0x100A1E28))).containsExactly(10, 30, 40);
    }

    @Test
    void readsRowByRow() throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 3, i / 3, (10 * i + 1) << 16 | (10 * i + 2) << 8 | (10 * i + 3));
        }
        assertThat(PixelsTest.values(ImageFile.read(write(image)))).containsExactly(1, 2, 3, 11, 12, 13, 21, 22, 23,
                31, 32, 33, 41, 42, 43, 51, 52, 53);
    }

    @Test
    void takesGreyAsItIsStored() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 100);
        Pixels pixels = ImageFile.read(write(image));
        assertThat(pixels.channels()).isEqualTo(1);
        // Java's own conversion to RGB would give 168: it takes grey as linear light
        assertThat(PixelsTest.values(pixels)).containsExactly(100);
    }

    @Test
    void looksUpPalettes() throws IOException {
        assertThat(PixelsTest.values(written(BufferedImage.TYPE_BYTE_INDEXED, 0xFF0000))).containsExactly(255, 0, 0);
    }

    @Test
    void knowsPicturesByName() {
        assertThat(ImageFile.hasPictureName(Path.of("a.JPG"))).isTrue();
        assertThat(ImageFile.hasPictureName(Path.of("labels.csv"))).isFalse();
        assertThat(ImageFile.hasPictureName(Path.of("png"))).isFalse();
    }

    @Test
    void refusesWhatIsNoPicture() throws IOException {
        Path file = Files.writeString(folder.resolve("cat.jpg"), "version https://git-lfs.github.com/spec/v1");
        assertThatThrownBy(() -> ImageFile.read(file)).isInstanceOf(ProblemException.class)
                .hasMessage(file + ": cannot be decoded as a picture (its format is not known). " + REMEDY);
    }

    @Test
    void refusesAPictureThatIsCutShort() throws IOException {
        Path whole = write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB));
        Path file = folder.resolve("cut.png");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(whole), 60));
        assertThatThrownBy(() -> ImageFile.read(file)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(file + ": cannot be decoded as a picture (").hasMessageEndingWith(REMEDY);
    }

    @Test
    void namesAMissingFile() {
        Path file = folder.resolve("absent.png");
        assertThatThrownBy(() -> ImageFile.read(file)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(file + ": cannot be read")
                .hasMessageEndingWith("Check that the file exists and may be read.");
    }

    private Pixels written(int type, int colour) throws IOException {
        BufferedImage image = new BufferedImage(1, 1, type);
        image.setRGB(0, 0, colour);
        return ImageFile.read(write(image));
    }

    private Path write(BufferedImage image) throws IOException {
        Path file = folder.resolve("picture.png");
        assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
        return file;
    }
}
