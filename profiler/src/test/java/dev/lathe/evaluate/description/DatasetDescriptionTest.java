package dev.lathe.evaluate.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription.Decoder;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.evaluate.image.ImageSteps.Anchor;
import dev.lathe.evaluate.image.ImageSteps.Colour;
import dev.lathe.evaluate.image.ImageSteps.Crop;
import dev.lathe.evaluate.image.ImageSteps.Geometry;
import dev.lathe.evaluate.image.ImageSteps.Resize;
import dev.lathe.graph.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetDescriptionTest {
    private static final String IMAGE = """
            {'format':'lathe-dataset/1','task':'none','source':{'kind':'images','folder':'f'%s},
             'inputs':{'x':{'from':'image'%s}}%s}""";

    @TempDir
    private Path folder;

    @Test
    void readsEveryFieldOfAPicture() {
        DatasetDescription description = read(IMAGE.formatted("", """
                ,'resize':'letterbox','width':416,'height':320,'pad':114,'anchor':'center','crop':'center',
                 'colour':'BGR','layout':'NHWC','scale':0.5,'mean':[1,2,3],'std':[4,5,6],'dtype':'float16'""",
                """
                        ,'metrics':['box-agreement'],'calibration':{'count':4,'seed':7},
                         'output':{'decoder':'scores-boxes','scores':'s','boxes':'b','threshold':0.7,'iou':0.4,'offset':-1}"""));
        assertThat(description.task()).isEqualTo(Task.NONE);
        assertThat(description.division().count()).isEqualTo(4);
        assertThat(description.division().seed()).isEqualTo(7);
        assertThat(description.metrics()).containsExactly("box-agreement");
        assertThat(description.output().offset()).isEqualTo(-1);
        assertThat(description.output().decoder())
                .contains(new Decoder("scores-boxes", Optional.of("s"), Optional.of("b"), 0.7, 0.4));
        assertThat(description.inputs().get("x")).isInstanceOfSatisfying(InputRule.Image.class, image -> {
            assertThat(image.dtype()).contains(DataType.FLOAT16);
            assertThat(image.steps().geometry())
                    .isEqualTo(new Geometry(Resize.LETTERBOX, 416, 320, Crop.CENTER, 114, Anchor.CENTER));
            assertThat(image.steps().values().colour()).isEqualTo(Colour.BGR);
            assertThat(image.steps().values().std()).containsExactly(4.0, 5.0, 6.0);
        });
    }

    @Test
    void fillsInTheDefaults() {
        DatasetDescription description = read(IMAGE.formatted("", "", ""));
        assertThat(description.inputs().get("x")).isInstanceOfSatisfying(InputRule.Image.class, image -> {
            assertThat(image.dtype()).isEmpty();
            assertThat(image.steps().geometry()).isEqualTo(Geometry.NONE);
            assertThat(image.steps().values().mean()).containsExactly(0.0);
        });
        assertThat(description.division().count()).isZero();
        assertThat(description.output().name()).isEmpty();
    }

    @Test
    void refusesUnknownFields() {
        refuses(IMAGE.formatted(",'lables':'l.csv'", "", ""),
                "field 'source.lables' is not known. Correct its name or remove it; known here are: boxes, calibration, "
                        + "folder, kind, labels.");
        refuses(IMAGE.formatted("", ",'color':'RGB'", ""), "field 'inputs.x.color' is not known. Correct its name or "
                + "remove it; known here are: anchor, colour, crop, dtype, from, height, layout, mean, pad, resize, "
                + "scale, std, width.");
    }

    @Test
    void refusesUnknownChoices() {
        refuses(IMAGE.formatted("", "", "").replace("images", "pictures"),
                "field 'source.kind' is 'pictures', which is not known. Write one of: images, idx, text, csv, npz, wav.");
        refuses(IMAGE.formatted("", ",'colour':'rgb'", ""),
                "field 'inputs.x.colour' is 'rgb', which is not known. Write one of: RGB, BGR, GRAY.");
        refuses(IMAGE.formatted("", "", "").replace("dataset/1", "dataset/2"),
                "field 'format' is 'lathe-dataset/2', which is not known. Write one of: lathe-dataset/1.");
    }

    @Test
    void refusesFieldsOfTheWrongKind() {
        refuses(IMAGE.formatted("", ",'scale':'half'", ""),
                "field 'inputs.x.scale' is \"half\", but must be a number. Correct it.");
        refuses(IMAGE.formatted("", ",'pad':300", ""),
                "field 'inputs.x.pad' is 300, but must be a whole number from 0 to 255. Correct it.");
        refuses(IMAGE.formatted("", "", ",'metrics':'top-1'"),
                "field 'metrics' is \"top-1\", but must be a list of texts. Correct it.");
        refuses(IMAGE.formatted("", "", ",'output':[]"), "field 'output' is [], but must be an object. Correct it.");
    }

    @Test
    void refusesMissingFields() {
        refuses("{'format':'lathe-dataset/1','task':'none','source':{'kind':'images'},'inputs':{}}",
                "field 'source.folder' is missing. Add it as text.");
        refuses(IMAGE.formatted("", ",'resize':'stretch','width':3", ""),
                "field 'inputs.x.height' is missing, and resize stretch needs it. Add it as a number of pixels.");
    }

    @Test
    void soundBelongsToSound() {
        refuses("{'format':'lathe-dataset/1','task':'none','source':{'kind':'wav','folder':'f'},'inputs':"
                + "{'x':{'from':'previous','output':'y','initial':'ones'}}}",
                "field 'inputs.x.initial' is 'ones', which is not known. Write one of: zeros.");
        refuses(IMAGE.formatted("", "", "").replace("'from':'image'", "'from':'samples'"),
                "field 'inputs.x.from' is 'samples', which a source of kind images does not have. "
                        + "Take what the source has, or 'constant'.");
    }

    @Test
    void refusesWhatTheSourceDoesNotHave() {
        refuses(IMAGE.formatted("", "", "").replace("'from':'image'", "'from':'ids'"),
                "field 'inputs.x.from' is 'ids', which a source of kind images does not have. "
                        + "Take what the source has, or 'constant'.");
    }

    @Test
    void refusesMeansForOtherChannels() {
        refuses(IMAGE.formatted("", ",'colour':'GRAY','mean':[1,2,3]", ""),
                "field 'inputs.x.mean' has 3 numbers for 1 channel. Give one for each channel, or one for all.");
        refuses(IMAGE.formatted("", ",'std':0", ""),
                "field 'inputs.x.std' has a zero, by which nothing can be divided. Correct it.");
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> read("{'task':'sorting','source':{'kind':'idx'},'inputs':{'x':{'from':'array'}}}"))
                .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problems()).hasSize(5));
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatThrownBy(() -> read("{'format':\n oops}")).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(file() + ": is no JSON (").hasMessageContaining("line 2")
                .hasMessageEndingWith("Name a dataset.json file.");
        refuses("[]", "is no JSON (it is no object). Name a dataset.json file.");
    }

    @Test
    void namesAMissingDescription() {
        assertThatThrownBy(() -> DatasetDescription.read(folder.resolve("absent.json")))
                .isInstanceOf(ProblemException.class)
                .hasMessage(folder.resolve("absent.json")
                        + ": there is no such file. Check that the file exists and may be read.");
    }

    @Test
    void mapsLabelsByNameBeforeNumber() {
        var labels = new DatasetDescription.Labels(List.of("1", "0"), Optional.empty());
        assertThat(labels.index("0")).hasValue(1);
        assertThat(labels.index("2")).isEmpty();
        var unnamed = new DatasetDescription.Labels(List.of(), Optional.empty());
        assertThat(unnamed.index("7")).hasValue(7);
        assertThat(unnamed.index("7.5")).isEmpty();
        assertThat(unnamed.index("-1")).isEmpty();
    }

    private void refuses(String json, String sentence) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(ProblemException.class).hasMessage(file() + ": " + sentence);
    }

    private DatasetDescription read(String json) {
        try {
            Files.writeString(file(), json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return DatasetDescription.read(file());
    }

    private Path file() {
        return folder.resolve("dataset.json");
    }
}
