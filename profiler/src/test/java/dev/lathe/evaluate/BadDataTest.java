package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BadDataTest {
    private static final String AGAIN = "Fetch the file again, or name the right one.";
    private static final String PATH = "Correct the path, which is relative to the description.";

    @TempDir
    private Path temporary;
    private DataFolder folder;

    @BeforeEach
    void enter() {
        folder = new DataFolder(temporary);
    }

    @Test
    void namesAMissingFile() {
        refuses(idx(""), temporary.resolve("images.gz") + ": there is no such file. " + PATH);
    }

    @Test
    void namesAMissingFolderOfImages() {
        refuses(folder.describe("'kind':'images','folder':'pictures'", "'from':'image'", ""),
                temporary.resolve("pictures") + ": there is no such folder of images. " + PATH);
    }

    @Test
    void namesTheDescriptionsOfAFolderWithoutOne() {
        folder.text("a.dataset.json", "{}");
        refuses(temporary, temporary + ": has no dataset.json. Name one of its descriptions: a.dataset.json.");
    }

    @Test
    void refusesIdxThatPromisesMoreThanItHolds() {
        Path file = folder.images("images.gz", 4, 3);
        refuses(idx(""), file + ": promises 4 images of 3x2, but holds 18 bytes of them. " + AGAIN);
    }

    @Test
    void refusesAnotherNumberOfLabelsThanImages() {
        Path images = folder.images("images.gz", 4, 4);
        Path labels = folder.labels("labels", 3);
        refuses(idx(",'labels':'labels'"), labels + ": has 3 labels, but " + images
                + " has 4 images. Name the images and labels that belong together.");
    }

    @Test
    void refusesATruncatedGzip() {
        Path file = folder.images("images.gz", 4, 4);
        folder.cut(file, 20);
        refuses(idx(""), file + ": ends before its compressed data does. " + AGAIN);
    }

    @Test
    void refusesLabelsInPlaceOfImages() {
        Path file = folder.labels("images.gz", 4);
        refuses(idx(""), file + ": is no IDX file of images, which would start with the number 2051. " + AGAIN);
    }

    @Test
    void refusesALabelThatIsNoClass() {
        folder.text("t.csv", "1,cat\n2,dgo\n");
        Path file = csv("[0]", ",'labelColumn':1", "'labels':{'classes':['cat','dog']}");
        refuses(file, file + ": sample 1 has the label 'dgo', which is not among the 2 of labels.classes. "
                + "Correct the label or add the class.");
    }

    @Test
    void asksForClassesWhereLabelsAreText() {
        folder.text("t.csv", "1,cat\n");
        Path file = csv("[0]", ",'labelColumn':1", "");
        refuses(file, file + ": sample 0 has the label 'cat', which is no class number. "
                + "List the class names in index order as labels.classes.");
    }

    @Test
    void refusesAnOffsetThatLeavesTheClasses() {
        folder.text("t.csv", "1,0\n");
        Path file = csv("[0]", ",'labelColumn':1", "'output':{'offset':-1}");
        refuses(file, file + ": sample 0 has the label '0', which output.offset -1 makes class -1. "
                + "Correct output.offset.");
    }

    @Test
    void refusesAFeatureColumnThatIsNotThere() {
        Path table = folder.text("t.csv", "1,2\n");
        refuses(csv("[0,4]", "", ""), table + ": has no column 4 in line 1, which has 2 columns. "
                + "Count columns from 0, and correct the line or the description.");
    }

    @Test
    void refusesAFeatureColumnOfText() {
        Path table = folder.text("t.csv", "1,Iris-setosa\n");
        refuses(csv("[0,1]", "", ""), table + ": has 'Iris-setosa' in column 1 of line 1, which is no number. "
                + "Leave the column out of source.features, or set source.header if the line is a header.");
    }

    @Test
    void refusesAColumnNameThatIsNotThere() {
        Path table = folder.text("t.tsv", "sentence\tlabel\nfine\t1\n");
        folder.text("vocab.txt", "[PAD]\n");
        refuses(folder.describe(
                "'kind':'text','file':'t.tsv','textColumn':'text','tokenizer':'vocab.txt','maxLength':8",
                "'from':'ids'", ""), table + ": has no column 'text'. Name one of its columns: sentence, label.");
    }

    @Test
    void refusesATokenizerThatIsNone() {
        folder.text("t.tsv", "sentence\nfine\n");
        Path tokenizer = folder.text("tokenizer.json", "<html>");
        Path file = folder.describe(
                "'kind':'text','file':'t.tsv','textColumn':'sentence','tokenizer':'tokenizer.json','maxLength':8",
                "'from':'ids'", "");
        assertThatThrownBy(() -> Dataset.open(file)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(tokenizer + ": is no usable tokenizer (")
                .hasMessageEndingWith("Name a Hugging Face tokenizer.json, or a BERT vocab.txt.");
    }

    @Test
    void refusesATableThatIsNotText() {
        Path table = folder.bytes("t.csv", (byte) 0xFF, (byte) 0xFE, (byte) 0xC0);
        refuses(csv("[0]", "", ""), table + ": is not UTF-8 text. Save it as UTF-8.");
    }

    @Test
    void namesAPictureThatDoesNotDecode() {
        Path picture = picture("a.png");
        folder.text("pictures/a.png", "no picture");
        Dataset dataset = Dataset.open(images(""));
        assertThatThrownBy(() -> dataset.sample(0, DataFolder.input(DataType.FLOAT, 1, 3, 2, 2)))
                .isInstanceOf(ProblemException.class)
                .hasMessage(picture + ": cannot be decoded as a picture (its format is not known). "
                        + "Replace it, convert it to PNG or JPEG, or take it out of the data.");
    }

    @Test
    void namesALabelledPictureThatIsMissing() {
        picture("a.png");
        Path labels = folder.text("labels.csv", "filename,label\na.png,0\nb.png,1\n");
        refuses(images(",'labels':'labels.csv'"), labels + ": lists 'b.png', which is not in "
                + temporary.resolve("pictures") + ". Add the file or remove its row.");
    }

    @Test
    void refusesAFolderWithoutPictures() throws IOException {
        Files.createDirectory(temporary.resolve("pictures"));
        Path file = images("");
        refuses(file, file + ": describes data without a sample. Name a source that has some.");
    }

    @Test
    void refusesArraysOfDifferentLength() {
        Path file = folder.npz("d.npz", Map.of("a", DataFolder.npy("|u1", "(3,)", false, ByteBuffer.allocate(3)), "y",
                DataFolder.npy("|u1", "(2,)", false, ByteBuffer.allocate(2))));
        refuses(npz(), file + ": array 'a' has 3 samples, but 'y' has 2. "
                + "Give every array the number of samples as its first dimension.");
    }

    @Test
    void refusesAnArrayThatIsNotThere() {
        Path file = folder.npz("d.npz", Map.of("b", new byte[0], "c", new byte[0]));
        refuses(npz(), file + ": has no array 'a'. Name one of its arrays: b, c.");
    }

    @Test
    void refusesArraysItCannotRead() {
        Path file = folder.npz("d.npz", Map.of("a", new byte[]{1}));
        refuses(npz(), file + ": array 'a' is no NumPy array. Fetch the file again, or save it anew with numpy.savez.");
        folder.npz("d.npz", Map.of("a", DataFolder.npy("|u1", "(2, 2)", true, ByteBuffer.allocate(4))));
        refuses(npz(), file + ": array 'a' is stored by columns. Save it by rows, with numpy.ascontiguousarray.");
        folder.npz("d.npz", Map.of("a", DataFolder.npy("<f4", "(2, 2)", false, ByteBuffer.allocate(4))));
        refuses(npz(), file + ": array 'a' promises 16 bytes, but has 4. "
                + "Fetch the file again, or save it anew with numpy.savez.");
        folder.npz("d.npz", Map.of("a", DataFolder.npy("<U4", "(1,)", false, ByteBuffer.allocate(16))));
        refuses(npz(), file + ": array 'a' is not of numbers ({'descr': '<U4', 'fortran_order': False, "
                + "'shape': (1,), }). Save it as an array of numbers.");
    }

    @Test
    void refusesATruncatedArchive() {
        Path file = folder.npz("d.npz", Map.of("a", new byte[100]));
        folder.cut(file, 60);
        Path description = npz();
        assertThatThrownBy(() -> Dataset.open(description)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(file + ": is no whole NumPy archive (");
    }

    @Test
    void refusesToDrawEverySample() {
        Dataset dataset = folder.idx(4, "'calibration':{'count':4}");
        assertThatThrownBy(() -> dataset.evaluation(Selection.DEFAULT)).isInstanceOf(ProblemException.class)
                .hasMessage(dataset.path() + ": field 'calibration.count' is 4, but there are only 4 samples. "
                        + "Choose a smaller count, so that some are left to evaluate.");
    }

    @Test
    void refusesASplitThatNamesASampleTwiceOrOneThatIsNotThere() {
        folder.text("c.txt", "0\n1\n");
        Path evaluation = folder.text("e.txt", "1\n");
        Dataset dataset = folder.idx(4, "'splits':{'peer':{'calibration':'c.txt','evaluation':'e.txt'}}");
        assertThatThrownBy(() -> dataset.calibration(Selection.split("peer"))).hasMessage(dataset.path()
                + ": split 'peer' names sample 1 both for calibration and for evaluation. "
                + "Remove it from one of the two files.");
        folder.text("e.txt", "7\n");
        assertThatThrownBy(() -> dataset.evaluation(Selection.split("peer"))).hasMessage(evaluation
                + ": names the sample '7', which is not in the data. Write one file name or zero-based row a line.");
    }

    private static void refuses(Path description, String sentence) {
        assertThatThrownBy(() -> Dataset.open(description)).isInstanceOf(ProblemException.class).hasMessage(sentence);
    }

    private Path idx(String more) {
        return folder.describe("'kind':'idx','images':'images.gz'" + more, "'from':'image','colour':'GRAY'", "");
    }

    private Path csv(String features, String source, String more) {
        return folder.describe("'kind':'csv','file':'t.csv','features':" + features + source, "'from':'features'",
                more);
    }

    private Path npz() {
        return folder.describe("'kind':'npz','file':'d.npz','labels':'y'", "'from':'array','array':'a'", "");
    }

    private Path images(String more) {
        return folder.describe("'kind':'images','folder':'pictures'" + more, "'from':'image'", "");
    }

    private Path picture(String name) {
        Path file = temporary.resolve("pictures").resolve(name);
        try {
            Files.createDirectories(file.getParent());
            ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
