package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Severity;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.statistics.SignalToNoise;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What every pass keeps, on every model that can be read, without being asked.
class PassContractTest {
    /// Float arithmetic in another order; the largest seen is 4e-6 of the largest output.
    private static final double ROUNDING = 1e-4;
    /// Sequence length of random inputs whose size is free.
    private static final int FREE = 8;

    @TempDir
    Path all;

    /// A model with what a run of it gives, where it runs.
    private record Subject(String name, Model model, List<SequencedMap<String, Tensor>> samples, boolean loads) {

        static Subject of(String name, Model model) {
            List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
            boolean loads = new InProcessLaboratory().load(model).isEmpty();
            try {
                samples.addAll(
                        Tiny.samples(model, 2, name.contains("ppocr") ? 48 : name.contains("silero") ? 576 : FREE));
                Tiny.run(model, samples);
            } catch (ProblemException _) {
                samples.clear();
            }
            return new Subject(name, model, samples, loads);
        }
    }

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicNode> everyPassOnEveryModel() {
        List<Subject> subjects = subjects();
        return Passes.all().stream().map(pass -> DynamicContainer.dynamicContainer(pass.info().id(), subjects.stream()
                .map(s -> DynamicTest.dynamicTest(pass.info().id() + " on " + s.name(),
                        () -> keepsTheContract(pass, s)))));
    }

    @TestFactory
    Stream<DynamicNode> optionsOfEveryPassSurviveJson() {
        return Passes.all().stream().map(pass -> DynamicTest.dynamicTest(pass.info().id(), () -> {
            Recipe recipe = new Recipe("one", List.of(new Step(pass.info().id(), Passes.options(pass))));
            Recipe again = Recipes.parse(Recipes.toJson(recipe), "test");
            assertThat(Passes.of(again.steps().getFirst())).isEqualTo(pass);
            assertThat(again.canonical()).isEqualTo(recipe.canonical());
        }));
    }

    @TestFactory
    Stream<DynamicNode> everyPassIsNamedAndExplained() {
        return Passes.all().stream().map(pass -> DynamicTest.dynamicTest(pass.info().id(), () -> {
            assertThat(pass.info().id()).matches("[a-z]+(-[a-z0-9]+)+");
            assertThat(pass.info().summary()).isNotBlank().doesNotEndWith(".");
            assertThat(pass).isInstanceOf(Record.class);
        }));
    }

    private static List<Subject> subjects() {
        Map<String, Model> models = new LinkedHashMap<>();
        models.put("network", Tiny.network());
        models.put("digits", OnnxReader.read(Shared.sample("digits.onnx")));
        for (Path file : Shared.models()) {
            try {
                models.put(file.subpath(file.getNameCount() - 2, file.getNameCount()).toString(),
                        OnnxReader.read(file));
            } catch (ProblemException _) {
                // not readable: the reader's own tests say why
            }
        }
        // an unsound graph is refused before any pass sees it
        List<Subject> subjects = models.entrySet().stream()
                .filter(e -> GraphCheck.check(e.getValue(), e.getKey()).isEmpty())
                .map(e -> Subject.of(e.getKey(), e.getValue())).toList();
        assertThat(subjects.subList(0, 2)).allMatch(Subject::loads).noneMatch(s -> s.samples().isEmpty());
        return subjects;
    }

    private void keepsTheContract(Pass pass, Subject subject) throws IOException {
        Path folder = Files.createTempDirectory(all, "one");
        PassContext context = Tiny.context(folder, subject.samples());
        PassOutcome outcome;
        try {
            outcome = pass.apply(subject.model(), context);
        } catch (ProblemException e) {
            // what the laboratory finds wrong with a broken model is an answer
            assertThat(subject.samples()).isEmpty();
            return;
        }
        if (outcome.hasFailed()) {
            assertThat(outcome.model()).isSameAs(subject.model());
            assertThat(outcome.problems()).filteredOn(p -> p.severity() == Severity.ERROR)
                    .allSatisfy(p -> assertThat(p.remedy()).isNotBlank());
            return;
        }
        if (outcome.changes().isEmpty()) {
            assertThat(outcome.model()).isSameAs(subject.model());
        }
        sameSignature(subject.model(), outcome.model());
        sameBytesAgain(pass, subject, outcome.model(), folder);
        changesNothingTwice(pass, outcome.model(), context);
        stopsWhenCancelled(pass, subject, folder);
        if (subject.loads()) {
            assertThat(context.laboratory().check(outcome.model()).map(Problem::what))
                    .isEqualTo(context.laboratory().check(subject.model()).map(Problem::what));
            assertThat(context.laboratory().load(outcome.model())).isEmpty();
        }
        if (!subject.samples().isEmpty()) {
            sameOutputs(pass, subject, outcome.model());
        }
    }

    private static void sameSignature(Model before, Model after) {
        assertThat(after.graph().outputs()).isEqualTo(before.graph().outputs());
        assertThat(after.graph().requiredInputs()).extracting(ValueInfo::name)
                .containsExactlyElementsOf(before.graph().requiredInputs().stream().map(ValueInfo::name).toList());
        assertThat(after.graph().requiredInputs()).extracting(ValueInfo::signature)
                .containsExactlyElementsOf(before.graph().requiredInputs().stream().map(ValueInfo::signature).toList());
    }

    private static void sameBytesAgain(Pass pass, Subject subject, Model made, Path folder) throws IOException {
        Path first = folder.resolve("first.onnx");
        Path second = folder.resolve("second.onnx");
        OnnxWriter.write(made, first);
        OnnxWriter.write(pass.apply(subject.model(), Tiny.context(folder, subject.samples())).model(), second);
        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }

    private static void changesNothingTwice(Pass pass, Model made, PassContext context) {
        PassOutcome again = pass.apply(made, context);
        assertThat(again.changes()).isEmpty();
        assertThat(again.model()).isSameAs(made);
    }

    private static void stopsWhenCancelled(Pass pass, Subject subject, Path folder) {
        PassContext context = Tiny.context(folder, subject.samples());
        context.cancellation().cancel();
        Path out = folder.resolve("cancelled.onnx");
        Optimizer.Parent parent = new Optimizer.Parent(subject.model(), Path.of("parent.onnx"), "hash");
        Recipe recipe = new Recipe("one", List.of(Step.of(pass.info().id())));
        assertThatThrownBy(() -> Optimizer.run(parent, recipe, context, out)).isInstanceOf(CancellationException.class);
        assertThat(out).doesNotExist();
    }

    private static void sameOutputs(Pass pass, Subject subject, Model made) {
        List<SequencedMap<String, Tensor>> wanted = Tiny.run(subject.model(), subject.samples());
        List<SequencedMap<String, Tensor>> got = Tiny.run(made, subject.samples());
        SignalToNoise ratio = new SignalToNoise();
        for (int i = 0; i < wanted.size(); i++) {
            ratio.add(wanted.get(i), got.get(i));
        }
        assertThat(ratio.worstDb()).as("declared of " + pass.info().id()).isGreaterThanOrEqualTo(pass.leastDb());
        for (int i = 0; i < wanted.size(); i++) {
            SequencedMap<String, Tensor> other = got.get(i);
            wanted.get(i).forEach((name, tensor) -> {
                Tensor after = Objects.requireNonNull(other.get(name), name);
                assertThat(after.signature()).isEqualTo(tensor.signature());
                switch (pass.info().fidelity()) {
                    case SAME -> assertThat(difference(tensor, after)).as(name).isLessThan(ROUNDING);
                    case APPROXIMATE, REMADE -> assertThat(after.floats()).as(name).doesNotContain(Float.NaN);
                }
            });
        }
    }

    /// The largest difference in parts of the largest value.
    private static double difference(Tensor wanted, Tensor got) {
        float[] a = wanted.floats();
        float[] b = got.floats();
        double largest = 1e-6;
        double difference = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i]));
            difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
        }
        return difference / largest;
    }
}
