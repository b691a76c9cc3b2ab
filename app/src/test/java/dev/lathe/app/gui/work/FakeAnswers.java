package dev.lathe.app.gui.work;

import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.AnswersRequest;
import dev.lathe.base.Problem;
import dev.lathe.evaluate.Answer;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.Sight;
import dev.lathe.evaluate.image.Pixels;
import dev.lathe.evaluate.metric.Metric;
import dev.lathe.evaluate.metric.Outputs;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.evaluate.metric.Prepared;
import dev.lathe.evaluate.metric.Reference;
import dev.lathe.evaluate.metric.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/// Answers that no model gave: of 200 samples of ten classes the first model mistakes every 25th, each later one some
/// more; one that is called `broken` cannot be run.
final class FakeAnswers {
    private static final int SAMPLES = 200;
    private static final int CLASSES = 10;

    private FakeAnswers() {}

    static Answers of(AnswersRequest request) {
        List<Integer> labels = IntStream.range(0, SAMPLES).map(i -> i * 7 % CLASSES).boxed().toList();
        List<Answers.Sample> samples = IntStream.range(0, SAMPLES)
                .mapToObj(i -> new Answers.Sample(i, "row " + i, OptionalInt.of(labels.get(i)))).toList();
        List<Answers.OfModel> models = new ArrayList<>();
        Optional<Prepared> first = Optional.empty();
        Metric metric = Metric.named("top-1");
        for (String name : request.models().keySet()) {
            if (name.equals("broken")) {
                models.add(
                        new Answers.OfModel(name, Optional.empty(), List.of(), Optional.of(Problem.error("worker-died",
                                "broken", "the worker ended with status 139 while it scored", "Leave it out."))));
                continue;
            }
            int every = 25 - 6 * models.size();
            List<float[]> rows = IntStream.range(0, SAMPLES).mapToObj(i -> row(labels.get(i), i % every == 3)).toList();
            Outputs outputs = new Outputs.Rows(rows, CLASSES);
            Prepared prepared = metric.prepare(outputs, new Reference.Classes(labels));
            Optional<PairedComparison> drop = first.map(f -> PairedComparison.of(metric, f, prepared, 7));
            first = first.or(() -> Optional.of(prepared));
            models.add(new Answers.OfModel(name, Optional.of(new Scored(Score.of(metric, prepared, 7), List.of(), drop,
                    List.of())), Answer.of(outputs, true), Optional.empty()));
        }
        return new Answers(samples, models, List.of(), "digits, 200 labelled samples, 100 others calibrate",
                List.of(Problem.warning("scale", "digits", "the original scores better with the colours turned round",
                        "Look at inputs of the description.")));
    }

    private static float[] row(int label, boolean mistaken) {
        float[] row = new float[CLASSES];
        row[label] = 7;
        row[(label + 1) % CLASSES] = mistaken ? 8.5f : 2.25f;
        row[(label + 3) % CLASSES] = 1;
        return row;
    }

    /// A blot at the place of the sample's class.
    static Sight sight(int sample) {
        byte[] pixels = new byte[28 * 28];
        Random random = new Random(sample);
        int cx = 8 + random.nextInt(12);
        int cy = 8 + random.nextInt(12);
        for (int i = 0; i < pixels.length; i++) {
            double distance = Math.hypot(i % 28 - cx, Math.floorDiv(i, 28) - cy);
            pixels[i] = (byte) Math.round(255 * Math.exp(-distance * distance / 40));
        }
        return new Sight("row " + sample, Optional.of(new Pixels(28, 28, 1, pixels)),
                List.of("image: FLOAT[1,1,28,28], 0.000 to 1.000"));
    }
}
