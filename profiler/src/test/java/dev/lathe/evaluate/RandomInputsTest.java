package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RandomInputsTest {
    private static final Dim BATCH = new Dim.Symbol("batch");
    private static final Dim SEQUENCE = new Dim.Symbol("sequence");

    @Test
    void honoursTheNamesOfTextInputs() {
        var signature = List.of(input("input_ids", DataType.INT64, BATCH, SEQUENCE),
                input("attention_mask", DataType.INT64, BATCH, SEQUENCE),
                input("token_type_ids", DataType.INT64, BATCH, SEQUENCE),
                input("position_ids", DataType.INT32, BATCH, SEQUENCE));
        SequencedMap<String, Tensor> sample = RandomInputs.seeded(7).sample(signature, 0);
        assertThat(sample.values()).allSatisfy(t -> assertThat(t.shape()).containsExactly(1, 16));
        assertThat(longs(sample, "input_ids")).allMatch(id -> id >= 1 && id < 1000);
        assertThat(Set.copyOf(longs(sample, "input_ids"))).hasSizeGreaterThan(8);
        assertThat(longs(sample, "attention_mask")).containsOnly(1L);
        assertThat(longs(sample, "token_type_ids")).containsOnly(0L);
        assertThat(longs(sample, "position_ids")).startsWith(0L, 1L, 2L).endsWith(15L);
    }

    @Test
    void drawsFloatsFromANormalDistribution() {
        for (DataType type : List.of(DataType.FLOAT, DataType.FLOAT16, DataType.DOUBLE, DataType.BFLOAT16)) {
            Tensor tensor = only(RandomInputs.seeded(7), DataFolder.input(type, 1, 3, 64, 64));
            double mean = 0;
            double square = 0;
            for (float value : tensor.floats()) {
                mean += value / tensor.elements();
                square += value * value / tensor.elements();
            }
            assertThat(tensor.type()).isEqualTo(type);
            // n = 12288: four standard errors are 0.04 for the mean, 0.05 for the variance
            assertThat(mean).isBetween(-0.04, 0.04);
            assertThat(square).isBetween(0.95, 1.05);
        }
    }

    @Test
    void fillsEveryNumericTypeWithoutBeingAllZero() {
        Stream.of(DataType.values()).filter(t -> t.bits() >= 8 && t.bits() <= 64)
                .filter(t -> !t.name().startsWith("FLOAT8") && !t.name().startsWith("COMPLEX")).forEach(type -> {
                    Tensor tensor = only(RandomInputs.seeded(7), DataFolder.input(type, 1, 64));
                    assertThat(tensor.type()).isEqualTo(type);
                    assertThat(Arrays.stream(tensor.longs()).distinct().count()).as(type.label()).isGreaterThan(1);
                });
    }

    @Test
    void givesDistinctSamplesAndTheSameOnesForTheSameSeed() {
        var signature = DataFolder.input(DataType.FLOAT, 1, 8);
        var samples = RandomInputs.seeded(7).samples(signature, 5);
        assertThat(samples).hasSize(5).doesNotHaveDuplicates().isEqualTo(RandomInputs.seeded(7).samples(signature, 5));
        assertThat(RandomInputs.seeded(8).samples(signature, 5)).doesNotContainAnyElementsOf(samples);
    }

    @Test
    void choosesSizesThatModelsRunOn() {
        assertThat(shape(DataType.FLOAT, -1, 3, -1, -1)).containsExactly(1, 3, 224, 224);
        assertThat(shape(DataType.FLOAT, -1, -1, -1, 3)).containsExactly(1, 224, 224, 3);
        assertThat(shape(DataType.FLOAT, -1, 64, -1, -1)).containsExactly(1, 64, 1, 1);
        assertThat(shape(DataType.FLOAT, -1, -1)).containsExactly(1, 512);
        assertThat(shape(DataType.INT64, -1, -1)).containsExactly(1, 16);
        assertThat(shape(DataType.FLOAT, -1, -1, 80)).containsExactly(1, 16, 80);
        assertThat(shape(DataType.FLOAT, 2, -1, 128)).containsExactly(2, 1, 128);
        assertThat(shape(DataType.FLOAT, 10, 1, 28, 28)).containsExactly(10, 1, 28, 28);
    }

    @Test
    void startsDecodersWithAnEmptyPast() {
        Tensor past = only(RandomInputs.seeded(7), List.of(input("past_0", DataType.FLOAT, new Dim.Fixed(2), BATCH,
                new Dim.Fixed(4), new Dim.Symbol("past_seq_len"), new Dim.Fixed(8))));
        assertThat(past.shape()).containsExactly(2, 1, 4, 0, 8);
    }

    @Test
    void takesChosenSizesAndBounds() {
        RandomInputs inputs = new RandomInputs(7, 5, 3, Map.of("batch", 4L));
        Tensor ids = only(inputs, List.of(input("ids", DataType.INT32, BATCH, SEQUENCE)));
        assertThat(ids.shape()).containsExactly(4, 5);
        assertThat(ids.longs()).containsOnly(1, 2);
    }

    @Test
    void givesASamplingRate() {
        assertThat(only(RandomInputs.seeded(7), List.of(input("sr", DataType.INT64))).longs()).containsExactly(16_000);
    }

    @Test
    void refusesTextInputs() {
        var signature = List.of(input("text", DataType.STRING, BATCH));
        assertThatThrownBy(() -> RandomInputs.seeded(7).sample(signature, 0)).isInstanceOf(ProblemException.class)
                .hasMessage("input text: takes string[batch], for which there are no random values. "
                        + "Describe data for the model and name it with --data.");
    }

    private static ValueInfo input(String name, DataType type, Dim... dims) {
        return ValueInfo.tensor(name, type, List.of(dims));
    }

    private static Tensor only(RandomInputs inputs, List<ValueInfo> signature) {
        return inputs.sample(signature, 0).firstEntry().getValue();
    }

    private static long[] shape(DataType type, long... sizes) {
        return only(RandomInputs.seeded(7), DataFolder.input(type, sizes)).shape();
    }

    private static List<Long> longs(SequencedMap<String, Tensor> sample, String name) {
        Tensor tensor = sample.getOrDefault(name, Tensor.ofFloats(new long[]{0}));
        return Arrays.stream(tensor.longs()).boxed().toList();
    }
}
