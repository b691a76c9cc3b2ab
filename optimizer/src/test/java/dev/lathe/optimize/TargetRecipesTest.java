package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetRecipesTest {
    private static List<String> on(String provider, String... capabilities) {
        return TargetRecipes.of(provider, Set.of(capabilities)).stream().map(TargetRecipes.Advice::recipe).toList();
    }

    @Test
    void triesOnAProcessorWithDotProductsWhatItAlwaysTried() {
        assertThat(on("cpu", TargetRecipes.INT8_DOT_PRODUCT)).isEqualTo(Recipes.TRIED);
    }

    @Test
    void triesSignedActivationsWhereUnsignedOnesSaturate() {
        assertThat(on("cpu")).startsWith(Recipes.TRIED.toArray(String[]::new));
        assertThat(on("cpu").contains("static-s8s8")).isEqualTo(DerivedRecipes.isPossible("static-s8s8"));
    }

    @Test
    void triesFloat16FirstOnCuda() {
        assertThat(on("cuda")).startsWith("original", "float16");
        assertThat(on("cuda")).doesNotContain("static-int8");
    }

    @Test
    void knowsNothingButCleanOfAProviderItDoesNotKnow() {
        assertThat(on("abacus")).containsExactly("original", "clean");
    }

    @Test
    void everyLineHasAReasonAndASourceAndARecipeThatExists() {
        for (String provider : List.of("cpu", "cuda", "tensorrt", "qnn", "openvino", "vitisai", "migraphx", "coreml",
                "dml", "webgpu", "abacus")) {
            assertThat(TargetRecipes.of(provider, Set.of())).isNotEmpty().allSatisfy(advice -> {
                assertThat(advice.source()).startsWith("https://");
                assertThat(advice.why()).isNotBlank();
                assertThat(Recipes.named(advice.recipe()).name()).isEqualTo(advice.recipe());
            });
            assertThat(on(provider).getFirst()).isEqualTo("original");
        }
    }

    @Test
    void aDerivedRecipeIsItsPresetWithOtherOptionsOrSaysWhatIsMissing() {
        for (String name : DerivedRecipes.names()) {
            Recipe base = Recipes.named(name.startsWith("dynamic-") ? "dynamic-int8" : "static-int8");
            if (DerivedRecipes.isPossible(name)) {
                assertThat(Recipes.named(name).steps()).hasSameSizeAs(base.steps()).isNotEqualTo(base.steps());
            } else {
                assertThatThrownBy(() -> Recipes.named(name)).hasMessageContaining(
                        name + ": the pass quantize-static has no option activation-type in this version. Use static-int8.");
            }
        }
        assertThat(DerivedRecipes.names()).containsExactly("static-s8s8", "static-a16w8",
                "dynamic-int8-per-tensor");
    }
}
