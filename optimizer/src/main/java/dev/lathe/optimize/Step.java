package dev.lathe.optimize;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// One pass of a recipe with the options that differ from its defaults.
///
/// @param pass the pass's id
/// @param options values as JSON has them (texts, numbers, booleans, lists) by kebab-case name, sorted
public record Step(String pass, SortedMap<String, Object> options) {

    /// Copies the map.
    public Step {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /// A step with these options.
    public static Step of(String pass, Map<String, ?> options) {
        return new Step(pass, new TreeMap<>(options));
    }

    /// A step with the pass's defaults.
    public static Step of(String pass) {
        return of(pass, Map.of());
    }
}
