package dev.lathe.optimize.prune;

import static dev.lathe.optimize.Tiny.number;
import static dev.lathe.optimize.Tiny.numbers;

import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Tiny;
import java.util.List;
import java.util.SplittableRandom;

/// Small networks put together at random from what ties channels: the same for the same seed.
final class RandomGraph {
    private static final int SIZE = 6;

    private final SplittableRandom random;
    private final Tiny tiny = new Tiny();
    private int count;
    private String at = "x";
    private int width = 4;

    private RandomGraph(long seed) {
        this.random = new SplittableRandom(seed);
    }

    static Model of(long seed) {
        RandomGraph graph = new RandomGraph(seed);
        return graph.build();
    }

    private Model build() {
        tiny.input("x", -1, width, SIZE, SIZE).output("y", -1, 3);
        conv(8);
        for (int i = 0; i < 7; i++) {
            step();
        }
        head();
        return tiny.model(13);
    }

    private String fresh() {
        return "v" + count++;
    }

    private void apply(String type, String inputs, dev.lathe.graph.Attribute... attributes) {
        String out = fresh();
        tiny.node(type, inputs, out, attributes);
        at = out;
    }

    private void conv(int made) {
        String w = fresh();
        int group = width % 2 == 0 && made % 2 == 0 && random.nextInt(4) == 0 ? 2 : 1;
        tiny.weights(w, (long) made, (long) width / group, 3L, 3L).weights(w + "b", (long) made);
        apply("Conv", at + " " + w + " " + w + "b", numbers("pads", 1L, 1L, 1L, 1L), number("group", group));
        width = made;
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0 -> conv(4 + 2 * random.nextInt(4));
            case 1 -> apply(random.nextBoolean() ? "Relu" : "Sigmoid", at);
            case 2 -> residual();
            case 3 -> concat();
            case 4 -> depthwise();
            case 5 -> squeezeAndExcite();
            case 6 -> split();
            case 7 -> normalize();
            case 8 -> transposed();
            case 9 -> shuffle();
            case 10 -> pad();
            default -> slice();
        }
    }

    private void residual() {
        String before = at;
        conv(width);
        apply("Add", random.nextBoolean() ? before + " " + at : at + " " + before);
    }

    private void concat() {
        String before = at;
        int had = width;
        conv(4);
        apply("Concat", before + " " + at, number("axis", 1));
        width = had + 4;
    }

    private void depthwise() {
        String w = fresh();
        int times = 1 + random.nextInt(2);
        tiny.weights(w, (long) width * times, 1L, 3L, 3L);
        apply("Conv", at + " " + w, numbers("pads", 1L, 1L, 1L, 1L), number("group", width));
        width *= times;
    }

    private void squeezeAndExcite() {
        String before = at;
        String w = fresh();
        tiny.weights(w, 4L, (long) width, 1L, 1L).weights(w + "b", 4L).weights(w + "c", (long) width, 4L, 1L, 1L);
        apply("GlobalAveragePool", at);
        apply("Conv", at + " " + w + " " + w + "b");
        apply("Relu", at);
        apply("Conv", at + " " + w + "c");
        apply("Sigmoid", at);
        apply("Mul", before + " " + at);
    }

    /// Halves that are multiplied with one another.
    private void split() {
        if (width % 2 == 0 && width > 2) {
            String one = fresh();
            String other = fresh();
            String sizes = fresh();
            width /= 2;
            tiny.constant(sizes, TensorData.ofLongs(List.of(2L), width, width));
            tiny.node("Split", at + " " + sizes, one + " " + other, number("axis", 1));
            apply("Mul", one + " " + other);
        }
    }

    private void normalize() {
        String n = fresh();
        tiny.positive(n + "s", (long) width).weights(n + "b", (long) width).weights(n + "m", (long) width)
                .positive(n + "v", (long) width);
        apply("BatchNormalization", at + " " + n + "s " + n + "b " + n + "m " + n + "v");
        tiny.weights(n + "p", (long) width, 1L, 1L);
        apply("PRelu", at + " " + n + "p");
    }

    private void transposed() {
        String w = fresh();
        int group = random.nextInt(3) == 0 ? width : 1;
        int made = group == 1 ? 6 : width;
        tiny.weights(w, (long) width, (long) made / group, 3L, 3L).weights(w + "b", (long) made);
        apply("ConvTranspose", at + " " + w + " " + w + "b", numbers("pads", 1L, 1L, 1L, 1L),
                number("group", group));
        width = made;
    }

    private void shuffle() {
        if (width % 2 == 0) {
            String apart = fresh();
            String joined = fresh();
            tiny.constant(apart, TensorData.ofLongs(List.of(5L), 0, 2, width / 2, SIZE, SIZE))
                    .constant(joined, TensorData.ofLongs(List.of(4L), 0, -1, SIZE, SIZE));
            apply("Reshape", at + " " + apart);
            apply("Transpose", at, numbers("perm", 0L, 2L, 1L, 3L, 4L));
            apply("Reshape", at + " " + joined);
        }
    }

    private void slice() {
        if (width > 3) {
            String s = fresh();
            tiny.constant(s + "a", TensorData.ofLongs(List.of(1L), 1))
                    .constant(s + "e", TensorData.ofLongs(List.of(1L), width))
                    .constant(s + "x", TensorData.ofLongs(List.of(1L), 1));
            apply("Slice", at + " " + s + "a " + s + "e " + s + "x");
            width--;
        }
    }

    /// More channels than there were, as in the shortcuts of residual networks.
    private void pad() {
        String before = at;
        int had = width;
        int front = random.nextInt(3);
        conv(had + 3);
        String wide = at;
        String p = fresh();
        tiny.constant(p, TensorData.ofLongs(List.of(8L), 0, front, 0, 0, 0, 3 - front, 0, 0));
        at = before;
        apply("Pad", at + " " + p);
        if (random.nextBoolean()) {
            apply("Add", wide + " " + at);
        }
    }

    private void head() {
        conv(6);
        boolean pooled = random.nextBoolean();
        if (pooled) {
            apply("GlobalAveragePool", at);
        }
        apply("Flatten", at);
        int flat = width * (pooled ? 1 : SIZE * SIZE);
        tiny.weights("fc", (long) flat, 5L).weights("fcb", 5L).weights("last", 5L, 3L);
        apply("Gemm", at + " fc fcb");
        apply("Tanh", at);
        tiny.node("MatMul", at + " last", "y");
    }
}
