package dev.lathe.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueInfoTest {
    @ParameterizedTest
    @ValueSource(strings = {"image:float32[batch,3,224,224]", "ids:int64[?,128]", "x:bool[]", "a:b:uint8[1]"})
    void readsWhatItWrites(String text) {
        ValueInfo value = ValueInfo.parse(text);
        assertThat(value.name() + ":" + value.signature()).isEqualTo(text);
    }

    @Test
    void saysNothingAboutAShapeThatIsNotGiven() {
        assertThat(ValueInfo.parse("x:float32").shape()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "image:float33[1]", "image:float32[1", ":float32[1]", "image:string[1]"})
    void namesTextThatDescribesNoInput(String text) {
        assertThatThrownBy(() -> ValueInfo.parse(text))
                .hasMessage(
                        text + ": this describes no input. Write NAME:TYPE[SHAPE], such as image:float32[1,3,224,224]"
                                + " or ids:int64[batch,128].");
    }
}
