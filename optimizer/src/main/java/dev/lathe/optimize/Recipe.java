package dev.lathe.optimize;

import java.util.List;

/// An ordered list of passes with options: everything that is done to a model to make a variant.
///
/// @param name for people; presets have permanent names
/// @param steps in the order they are applied in; none for the original itself
public record Recipe(String name, List<Step> steps) {

    /// Copies the list.
    public Recipe {
        steps = List.copyOf(steps);
    }

    /// The recipe as JSON with every option of every pass filled in and sorted: equal text means equal work.
    ///
    /// @throws dev.lathe.base.ProblemException if a pass or an option does not exist
    public String canonical() {
        return Recipes.canonical(this);
    }
}
