package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassesTest {

    @Test
    void aFlagSaysAStepWithItsOptions() {
        assertThat(Passes.step("fold-bias")).isEqualTo(Step.of("fold-bias"));
        assertThat(Passes.step("quantize-weights:bits=8,symmetric=false,method=gptq,exclude=/head/*,exclude=Gather"))
                .isEqualTo(Step.of("quantize-weights", Map.of("bits", 8L, "symmetric", false, "method", "gptq",
                        "exclude", List.of("/head/*", "Gather"))));
        assertThat(Passes.step("convert-float16:max-magnitude=100.5").options()).containsEntry("max-magnitude", 100.5);
        assertThat(Passes.step("smooth-quant:alphas=0.5,alphas=1").options())
                .containsEntry("alphas", List.of(0.5, 1L));
        assertThat(Passes.step("quantize-weights:exclude=a:b=c").options()).containsEntry("exclude", List.of("a:b=c"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "quantise-static|quantise-static: there is no pass of this name. Did you mean quantize-static? Use one of ",
        "quantize-weights:bitz=8|quantize-weights: there is no option bitz. Use one of accuracy-level, bits, block-size, ",
        "fold-bias:x=1|fold-bias: there is no option x. This pass has no options.",
        "quantize-weights:bits|quantize-weights: the option bits has no value. Write quantize-weights:option=value,option=value.",
        "quantize-weights:bits=many|quantize-weights: the option bits cannot be many. It is a whole number: 4, 8; its default is 4.",
        "quantize-weights:bits=5|quantize-weights: an option has a value that does not fit: bits must be 4 or 8, and is 5",
        "quantize-weights:symmetric=maybe|quantize-weights: the option symmetric cannot be maybe. It is true or false; its default is true.",
        "quantize-weights:method=hqq|quantize-weights: the option method cannot be hqq. It is one of nearest, gptq; its default is nearest.",
        "convert-float16:max-magnitude=x|convert-float16: the option max-magnitude cannot be x. It is a number in 1..65504; its default is 512.0."})
    void whatAFlagSaysWrongIsNamedWithWhatIsRight(String flag, String sentence) {
        assertThatThrownBy(() -> Passes.step(flag)).hasMessageStartingWith(sentence);
    }

    @Test
    void everyOptionHasAMeaningAndATypeInWords() {
        assertThat(Passes.all()).allSatisfy(pass -> {
            assertThat(Passes.describe(pass)).extracting(OptionInfo::name)
                    .containsExactlyElementsOf(Passes.options(pass).keySet());
            assertThat(Passes.describe(pass)).allSatisfy(o -> {
                assertThat(o.meaning()).as(pass.info().id() + " " + o.name() + ": regenerate the reference pages")
                        .isNotBlank();
                assertThat(o.type()).isNotBlank();
            });
        });
    }
}
