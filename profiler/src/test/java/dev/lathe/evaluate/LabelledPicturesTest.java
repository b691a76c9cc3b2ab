package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.evaluate.metric.Box;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Classes by folder, and boxes by table or annotations.
class LabelledPicturesTest {
    private static final String LETTERBOX = "'from':'image','resize':'letterbox','width':100,'height':100,'anchor':'center'";

    @TempDir
    Path folder;

    private void picture(String name, int width, int height) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }

    private Dataset described(String source, String input, String task, String more) throws IOException {
        Path file = folder.resolve("dataset.json");
        Files.writeString(file, """
                {'format':'lathe-dataset/1','task':'%s','source':{'kind':'images','folder':'pictures'%s},
                 'inputs':{'x':{%s}}%s}
                """.formatted(task, source, input, more).replace('\'', '"'));
        return Dataset.open(file);
    }

    @Test
    void foldersNameTheClassesInOrder() throws Exception {
        picture("pictures/cat/b.png", 4, 4);
        picture("pictures/cat/a.png", 4, 4);
        picture("pictures/ant/z.png", 4, 4);
        Files.createDirectories(folder.resolve("pictures/empty"));
        Dataset data = described("", "'from':'image'", "classification", "");
        assertThat(data.size()).isEqualTo(3);
        assertThat(data.sampleName(0)).isEqualTo("ant/z.png");
        assertThat(List.of(data.label(0).orElseThrow(), data.label(1).orElseThrow(), data.label(2).orElseThrow()))
                .containsExactly(0, 1, 1);
        assertThat(data.classNames()).containsExactly("ant", "cat");
    }

    @Test
    void namedClassesDecideOverTheFoldersOrder() throws Exception {
        picture("pictures/ant/z.png", 4, 4);
        Dataset data = described("", "'from':'image'", "classification", ",'labels':{'classes':['cat','ant']}");
        assertThat(data.label(0)).hasValue(1);
    }

    @Test
    void boxesLieWhereTheModelSeesThem() throws Exception {
        picture("pictures/wide.png", 200, 100);
        Files.writeString(folder.resolve("boxes.csv"),
                "filename,label,left,top,right,bottom\nwide.png,dog,20,10,120,90\n");
        Dataset data = described(",'boxes':'boxes.csv'", LETTERBOX, "detection",
                ",'labels':{'classes':['cat','dog']},'output':{'offset':1}");
        // half as large, and 25 pixels lower
        assertThat(data.boxes(0).orElseThrow()).containsExactly(new Box(2, 1, 10, 30, 60, 70));
    }

    @Test
    void annotationsOfCocoAreRead() throws Exception {
        picture("pictures/a.png", 100, 100);
        picture("pictures/b.png", 100, 100);
        Files.writeString(folder.resolve("coco.json"), """
                {"images":[{"id":7,"file_name":"a.png"},{"id":9,"file_name":"b.png"}],
                 "categories":[{"id":18,"name":"dog"}],
                 "annotations":[{"id":1,"image_id":7,"category_id":18,"bbox":[10,20,30,40]}]}
                """);
        Dataset data = described(",'boxes':'coco.json'", LETTERBOX, "detection", ",'labels':{'classes':['dog']}");
        Box box = data.boxes(0).orElseThrow().getFirst();
        assertThat(box.right()).isCloseTo(40, within(1e-9));
        assertThat(box.bottom()).isCloseTo(60, within(1e-9));
        assertThat(data.boxes(1)).hasValue(List.of());
    }

    @Test
    void wrongBoxesAreNamed() throws Exception {
        picture("pictures/a.png", 100, 100);
        Files.writeString(folder.resolve("boxes.csv"),
                "filename,label,left,top,right,bottom\na.png,dog,20,10,20,90\n");
        assertThatThrownBy(() -> described(",'boxes':'boxes.csv'", LETTERBOX, "detection", ""))
                .hasMessageContaining("boxes.csv: has a box of 'a.png' without area: left 20.0, top 10.0, right 20.0");
        Files.writeString(folder.resolve("boxes.csv"),
                "filename,label,left,top,right,bottom\nc.png,dog,20,10,30,90\n");
        assertThatThrownBy(() -> described(",'boxes':'boxes.csv'", LETTERBOX, "detection", ""))
                .hasMessageContaining("labels boxes of 'c.png', which is not among the pictures (1 such)");
        Files.writeString(folder.resolve("coco.json"), "{\"images\":[]}");
        assertThatThrownBy(() -> described(",'boxes':'coco.json'", LETTERBOX, "detection", ""))
                .hasMessageContaining("coco.json: has no images, categories and annotations. Give annotations");
        Files.writeString(folder.resolve("boxes.csv"),
                "filename,label,left,top,right,bottom\na.png,yak,20,10,30,90\n");
        Dataset data = described(",'boxes':'boxes.csv'", LETTERBOX, "detection", ",'labels':{'classes':['dog']}");
        assertThatThrownBy(() -> data.boxes(0)).hasMessageContaining("sample a.png has a box labelled 'yak'");
    }
}
