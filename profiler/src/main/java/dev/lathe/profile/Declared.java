package dev.lathe.profile;

import dev.lathe.graph.ValueInfo;
import java.util.List;

/// What the user says of a model whose file does not: TorchScript declares neither shapes nor outputs' names.
///
/// @param inputs in the order of the model's arguments; empty where nothing is said
/// @param outputs names in the order of the model's results; the rest are called `output_1` and so on
public record Declared(List<ValueInfo> inputs, List<String> outputs) {
    /// Nothing is said.
    public static final Declared NOTHING = new Declared(List.of(), List.of());

    /// Copies the lists.
    public Declared {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
