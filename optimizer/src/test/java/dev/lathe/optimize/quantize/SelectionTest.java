package dev.lathe.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.graph.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private final Node conv = Node.of("/head/conv.1", "Conv", List.of("x"), List.of("y"));
    private final Node nameless = Node.of("", "MatMul", List.of("x"), List.of("times"));

    @Test
    void everythingIsSelectedWhereNothingIsSaid() {
        assertThat(new Selection(List.of(), List.of()).matches(conv)).isTrue();
    }

    @Test
    void namesTypesAndGlobsSelect() {
        assertThat(List.of("/head/conv.1", "Conv", "/head/*", "*conv?1", "C*")).allMatch(
                e -> new Selection(List.of(e), List.of()).matches(conv));
        assertThat(List.of("head", "conv", "/head/convx1", "/tail/*")).noneMatch(
                e -> new Selection(List.of(e), List.of()).matches(conv));
    }

    @Test
    void excludingIsStrongerThanIncluding() {
        assertThat(new Selection(List.of("Conv"), List.of("/head/*")).matches(conv)).isFalse();
    }

    @Test
    void aNodeWithoutANameIsCalledByItsOutput() {
        assertThat(new Selection(List.of("times"), List.of()).matches(nameless)).isTrue();
        assertThat(new Selection(List.of("y"), List.of()).matches(conv)).isFalse();
    }
}
