package dev.lathe.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.inspect.Macs;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruningForecastTest {
    @TempDir
    Path folder;

    private ChannelPruning pruning(Model model, double ratio, SortedMap<String, Double> ratios) {
        return new ChannelPruning(model, context(), new PruningRequest(new PruningRequest.Amount.Ratio(ratio, ratios),
                Importance.L1, 2, false, 1, _ -> true));
    }

    private PassContext context() {
        return Tiny.context(folder, List.of());
    }

    private double macs(Model model) {
        Sizes sizes = Sizes.ofBatch(1);
        return Macs.of(model, context().laboratory().inferShapes(sizes.bind(model)), sizes).atLeast();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.5, 0.9})
    void whatIsForetoldIsWhatTheCutLeaves(double ratio) {
        Model model = Tiny.network();
        SortedMap<String, Double> own = new TreeMap<>(Map.of("b_node", 0.25));
        ChannelPruning pruning = pruning(model, ratio, own);
        PruningForecast.Left left = pruning.forecast().at(ratio, own);
        PassOutcome outcome = pruning.run();
        assertThat(left.parameters()).isCloseTo(outcome.model().graph().initializers().values().stream()
                .mapToDouble(TensorData::elements).sum(), within(1e-6));
        assertThat(left.removedBytes()).isCloseTo(bytes(model) - bytes(outcome.model()), within(1e-6));
        assertThat(left.macs()).isCloseTo(macs(outcome.model()), within(1e-6));
        assertThat(left.cuts()).containsEntry("b_node", 2);
        assertThat(left.nodes().getOrDefault("b_node", Double.NaN))
                .as("it is cut by 2 of 8, and reads what is cut by the ratio")
                .isCloseTo(0.75 * (1 - left.cuts().getOrDefault("a_node", 0) / 8.0), within(1e-9));
    }

    private static double bytes(Model model) {
        return model.graph().initializers().values().stream().mapToDouble(TensorData::sizeBytes).sum();
    }

    @Test
    void damageBetweenTwoMeasuredNumbersGrowsByFactorsAndFromNoneStraight() {
        DamageCurve curve = new DamageCurve("conv", 16, new TreeMap<>(Map.of(0, 0.0, 4, 0.1, 8, 0.4)));
        assertThat(curve.at(0)).isZero();
        assertThat(curve.at(2)).isCloseTo(0.05, within(1e-12));
        assertThat(curve.at(4)).isEqualTo(0.1);
        assertThat(curve.at(6)).isCloseTo(0.2, within(1e-12));
        assertThat(curve.at(12)).isEqualTo(0.4);
        assertThat(new DamageCurve("conv", 16, new TreeMap<>()).at(3)).isZero();
    }

    @Test
    void layersAreHeldSideBySideByTheirNames() {
        Model model = Tiny.network();
        List<LayerWidth> layers = LayerWidth.of(model.graph(), pruning(model, 0.5, new TreeMap<>()).run().model()
                .graph());
        assertThat(layers).extracting(LayerWidth::layer).containsExactly("a_node", "b_node", "c_node", "d_node",
                "y_node");
        assertThat(layers.getFirst().before()).hasValue(8);
        assertThat(layers.getFirst().after()).hasValue(4);
        assertThat(layers.getLast()).as("the output's own")
                .isEqualTo(new LayerWidth("y_node", "Gemm", OptionalLong.of(4), OptionalLong.of(4)));
        assertThat(layers.getLast().changed()).isFalse();
        Model other = new Tiny().input("x", -1, 2).output("z", -1, 3).weights("w", 2L, 3L).node("MatMul", "x w", "z")
                .model(13);
        assertThat(LayerWidth.of(model.graph(), other.graph())).extracting(LayerWidth::layer).endsWith("y_node",
                "z_node");
    }
}
