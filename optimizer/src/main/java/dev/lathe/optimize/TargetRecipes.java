package dev.lathe.optimize;

import java.util.List;
import java.util.Set;

/// Which recipes are worth trying on which target: `target-recipes.json`, each line with its source.
public final class TargetRecipes {
    /// What the processor has where 8-bit products are summed without saturating on the way.
    public static final String INT8_DOT_PRODUCT = "int8-dot-product";
    private static final String ANY = "*";
    private static final List<Row> ROWS = DerivedRecipes.read("target-recipes.json").valueStream()
            .map(n -> new Row(n.path("provider").asString(), n.path("without").asString(""),
                    new Advice(n.path("recipe").asString(), n.path("why").asString(), n.path("source").asString())))
            .toList();

    private TargetRecipes() {}

    private record Row(String provider, String without, Advice advice) {}

    /// One recipe.
    ///
    /// @param recipe its name
    /// @param why it may pay there
    /// @param source the address of the page that says so
    public record Advice(String recipe, String why, String source) {}

    /// What to try on a provider, in this order; those whose options a pass of this build lacks are left out.
    ///
    /// @param provider its short name: `cpu`, `cuda`
    /// @param capabilities what the processor has, see [#INT8_DOT_PRODUCT]
    public static List<Advice> of(String provider, Set<String> capabilities) {
        boolean known = ROWS.stream().anyMatch(r -> r.provider().equals(provider));
        return ROWS.stream().filter(r -> r.provider().equals(known ? provider : ANY))
                .filter(r -> r.without().isEmpty() || !capabilities.contains(r.without())).map(Row::advice)
                .filter(a -> !DerivedRecipes.names().contains(a.recipe()) || DerivedRecipes.isPossible(a.recipe()))
                .toList();
    }
}
