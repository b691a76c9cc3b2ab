package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The schema takes what the reader of recipes takes, and refuses what it refuses.
class RecipeSchemaTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(RecipeSchema.text(), InputFormat.JSON);

    private static List<Error> errors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"original", "clean", "dynamic-int8", "static-int8", "float16", "weights-int8",
        "weights-int4", "low-rank"})
    void presetsFitTheSchema(String preset) {
        assertThat(errors(Recipes.toJson(Recipes.named(preset)))).isEmpty();
    }

    @TestFactory
    List<DynamicTest> defaultsOfEveryPassFitTheSchema() {
        return Passes.all().stream().map(pass -> DynamicTest.dynamicTest(pass.info().id(), () -> {
            Recipe recipe = new Recipe("one", List.of(new Step(pass.info().id(), Passes.options(pass))));
            assertThat(errors(Recipes.toJson(recipe))).isEmpty();
        })).toList();
    }

    @Test
    void aReferenceToTheSchemaIsAllowed() {
        assertThat(errors("{\"$schema\":\"recipe.schema.json\",\"name\":\"a\",\"steps\":[]}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{'name':'a'}", "{'name':'a','steps':[],'passes':[]}",
        "{'name':'a','steps':[{'pass':'prune-everything'}]}", "{'name':'a','steps':[{'pass':3}]}",
        "{'name':'a','steps':[{'pass':'fold-bias','options':{'x':1}}]}",
        "{'name':'a','steps':[{'pass':'quantize-weights','options':{'bits':5}}]}",
        "{'name':'a','steps':[{'pass':'quantize-weights','options':{'method':'hqq'}}]}",
        "{'name':'a','steps':[{'pass':'quantize-weights','options':{'accuracy-level':9}}]}",
        "{'name':'a','steps':[{'pass':'convert-float16','options':{'max-magnitude':1e6}}]}",
        "{'name':'a','steps':[{'pass':'smooth-quant','options':{'alphas':['a']}}]}",
        "{'name':'a','steps':[{'pass':'quantize-weights','options':{'symmetric':'yes'}}]}"})
    void whatIsNoRecipeDoesNotFit(String json) {
        assertThat(errors(json.replace('\'', '"'))).isNotEmpty();
    }
}
