package dev.lathe.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ValueTypesTest {

    @Test
    void knowsInputsConstantsAndInnerValuesAndNothingElse() {
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
        constants.put("w", TensorData.ofFloats(List.of(2L, 3L), 1, 2, 3, 4, 5, 6));
        ValueInfo x = ValueInfo.tensor("x", DataType.FLOAT, List.of(new Dim.Symbol("n"), new Dim.Fixed(2)));
        ValueInfo inner = ValueInfo.tensor("inner", DataType.INT64);
        Graph graph = new Graph("g", List.of(), List.of(x), List.of(x), constants, List.of(inner), Extra.NONE);
        ValueTypes types = new ValueTypes(graph);
        assertThat(types.fixedShape("w")).contains(List.of(2L, 3L));
        assertThat(types.shape("x")).isPresent();
        assertThat(types.fixedShape("x")).isEmpty();
        assertThat(types.type("inner")).contains(DataType.INT64);
        assertThat(types.shape("inner")).isEmpty();
        assertThat(types.type("nobody")).isEmpty();
    }
}
