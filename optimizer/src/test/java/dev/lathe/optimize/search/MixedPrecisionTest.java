package dev.lathe.optimize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Tiny;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The judge is made up: it knows which layers ruin the model. What the search finds can therefore be told beforehand.
class MixedPrecisionTest {
    @TempDir
    Path folder;

    private final List<Progress> progress = new ArrayList<>();
    private Model network = Tiny.network();
    private Optimizer.Parent parent = new Optimizer.Parent(network, Path.of("network.onnx"), "hash");

    @BeforeEach
    void write() {
        Path file = folder.resolve("network.onnx");
        OnnxWriter.write(network, file);
        parent = Optimizer.Parent.read(file);
        network = parent.model();
    }

    private PassContext context(Cancellation cancellation) {
        PassContext plain = Tiny.context(folder, Tiny.samples(network, 6, 4));
        return new PassContext(plain.laboratory(), plain.calibration(), plain.target(), folder, progress::add,
                cancellation);
    }

    /// Labels of the nodes whose weights are integers.
    private static Set<String> quantized(Path file) {
        Graph graph = OnnxReader.read(file).graph();
        Set<String> dequantized = graph.nodes().stream().filter(n -> n.is("DequantizeLinear"))
                .flatMap(n -> n.outputs().stream()).collect(Collectors.toSet());
        return graph.nodes().stream().filter(n -> n.input(1).filter(dequantized::contains).isPresent())
                .filter(n -> n.is("Conv") || n.is("Gemm") || n.is("MatMul")).map(SensitivityAnalysis::selector)
                .collect(Collectors.toSet());
    }

    private Set<String> all() {
        return network.graph().nodes().stream()
                .filter(n -> n.is("Conv") || n.is("Gemm") || n.is("MatMul")).map(SensitivityAnalysis::selector)
                .collect(Collectors.toSet());
    }

    private MixedPrecision search(MixedPrecision.Judge judge, double maxDrop) {
        return search(judge, maxDrop, new Cancellation());
    }

    private MixedPrecision search(MixedPrecision.Judge judge, double maxDrop, Cancellation cancellation) {
        return new MixedPrecision(parent, Recipes.named("static-int8"), context(cancellation), judge, maxDrop,
                Optional.empty());
    }

    private Set<String> quantizable() {
        return quantized(search(_ -> 0, 1).search().variant().file());
    }

    @Test
    void withNothingToMendTheWholeModelStaysOnIntegers() {
        MixedPrecision.Outcome outcome = search(_ -> 0.5, 1).search();
        assertThat(outcome.holds()).isTrue();
        assertThat(outcome.inFloat()).isEmpty();
        assertThat(outcome.drop()).isEqualTo(0.5);
        assertThat(outcome.sensitivities()).isEmpty();
    }

    @Test
    void onlyTheLayerThatRuinsItStaysInFloat() {
        for (String harmful : quantizable()) {
            MixedPrecision.Outcome outcome = search(file -> quantized(file).contains(harmful) ? 5 : 0.2, 1).search();
            assertThat(outcome.holds()).isTrue();
            assertThat(outcome.inFloat()).contains(harmful);
            assertThat(quantized(outcome.variant().file())).doesNotContain(harmful).isNotEmpty();
            assertThat(outcome.rounds().getFirst().holds()).isFalse();
            assertThat(outcome.sensitivities()).isPresent();
        }
    }

    @Test
    void aBudgetThatCannotBeMetNamesTheClosest() {
        MixedPrecision.Outcome outcome = search(file -> 3 + quantized(file).size(), 1).search();
        assertThat(outcome.holds()).isFalse();
        double least = outcome.rounds().stream().flatMap(r -> r.drop().toOptional().stream())
                .mapToDouble(Double::doubleValue).min().orElseThrow();
        assertThat(outcome.drop()).isEqualTo(least);
    }

    @Test
    void cancellingKeepsTheBestSoFar() {
        Cancellation cancellation = new Cancellation();
        MixedPrecision.Outcome outcome = search(_ -> {
            cancellation.cancel();
            return 4;
        }, 1, cancellation).search();
        assertThat(outcome.cancelled()).isTrue();
        assertThat(outcome.rounds()).hasSize(1);
        assertThat(Files.isRegularFile(outcome.variant().file())).isTrue();
    }

    @Test
    void cancelledBeforeThereIsAnythingNothingIsKept() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        assertThatThrownBy(() -> search(_ -> 0, 1, cancellation).search())
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void aCandidateThatFailsIsToldAndPassedOver() {
        Set<Path> seen = new HashSet<>();
        MixedPrecision.Outcome outcome = search(file -> {
            if (seen.isEmpty() && seen.add(file)) {
                throw Problem.error("refused", "x", "the runtime refuses it", "Leave it out.")
                        .toException();
            }
            return 0;
        }, 1).search();
        assertThat(outcome.rounds().getFirst().drop())
                .isInstanceOfSatisfying(Reading.Unknown.class, u -> assertThat(u.why()).contains("refuses it"));
        assertThat(outcome.holds()).isTrue();
    }

    @Test
    void withoutCalibrationDataTheSearchSaysSo() {
        PassContext bare = Tiny.context(folder, List.of());
        assertThatThrownBy(() -> new MixedPrecision(parent, Recipes.named("static-int8"), bare, _ -> 0, 1,
                Optional.empty()).search()).isInstanceOf(ProblemException.class)
                .hasMessageContaining("needs calibration data, and there is none")
                .hasMessageContaining("Give --data with samples of real inputs");
    }

    @Test
    void aModelThatIsQuantizedAlreadyIsNotSearched() {
        Path file = search(_ -> 0, 1).search().variant().file();
        Optimizer.Parent again = Optimizer.Parent.read(file);
        assertThatThrownBy(() -> new MixedPrecision(again, Recipes.named("static-int8"), context(new Cancellation()),
                _ -> 0, 1, Optional.empty()).search()).isInstanceOf(ProblemException.class)
                .hasMessageContaining("the model is quantized already")
                .hasMessageContaining("Start from the float model");
    }

    @Test
    void aRecipeWithoutStaticQuantizationIsRefused() {
        assertThatThrownBy(() -> new MixedPrecision(parent, Recipes.named("clean"), context(new Cancellation()),
                _ -> 0, 1, Optional.empty()).search()).hasMessageContaining("the recipe quantizes nothing statically")
                .hasMessageContaining("Use static-int8");
    }

    @Test
    void remainingRoundsAndTheBestSoFarAreShown() {
        search(file -> quantized(file).size() > 1 ? 5 : 0, 1).search();
        assertThat(progress).anySatisfy(p -> assertThat(p.step()).contains("search, round 2 of at most")
                .contains("best so far: 5.00 lost of 1.00"));
        assertThat(progress).anySatisfy(p -> assertThat(p.remainingNs()).isPresent());
    }

    @Test
    void theTableHasEachQuantizedLayerOnce() {
        Sensitivities table = new SensitivityAnalysis(context(new Cancellation()), Optional.empty())
                .of("network", network, Recipes.named("static-int8"));
        assertThat(table.layers()).extracting(Sensitivities.Layer::node)
                .containsExactlyInAnyOrderElementsOf(quantizable()).isSubsetOf(all());
        assertThat(table.layers()).allSatisfy(l -> {
            assertThat(l.signalToNoiseDb()).isBetween(10.0, 200.0);
            assertThat(l.savedNs()).isInstanceOf(Reading.Unknown.class);
            assertThat(l.parameters()).isPositive();
        });
        assertThat(table.sorted(Sensitivities.Order.DAMAGE)).isSortedAccordingTo(
                (a, b) -> Double.compare(b.normalizedMse(), a.normalizedMse()));
        assertThat(table.samples()).isEqualTo(6);
    }

    @Test
    void layersThatSaveNothingAreFirstInTheTrade() {
        Sensitivities table = new Sensitivities("m", 4, "min-max", 30, Reading.known("1 thread", "test"), List.of(
                layer("fast", 30, 1000), layer("slow", 40, -500), layer("harmless", 60, 100)));
        assertThat(table.sorted(Sensitivities.Order.TRADE)).extracting(Sensitivities.Layer::node)
                .containsExactly("slow", "fast", "harmless");
        assertThat(table.sorted(Sensitivities.Order.TIME)).extracting(Sensitivities.Layer::node)
                .containsExactly("fast", "harmless", "slow");
        assertThat(layer("x", 20, 0).normalizedMse()).isEqualTo(0.01);
    }

    private static Sensitivities.Layer layer(String node, double db, double savedNs) {
        return new Sensitivities.Layer(node, "Conv", db,
                Reading.known(new Sensitivities.Saved(savedNs, true), "test"), 9);
    }

    @Test
    void aNodeWithoutANameIsSelectedByItsOutput() {
        assertThat(SensitivityAnalysis.selector(Node.of("", "Conv", List.of("x"), List.of("y")))).isEqualTo("y");
        assertThat(SensitivityAnalysis.selector(Node.of("c", "Conv", List.of("x"), List.of("y")))).isEqualTo("c");
    }
}
