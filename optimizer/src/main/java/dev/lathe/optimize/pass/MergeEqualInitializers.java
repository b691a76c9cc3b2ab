package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keeps one of several constants with the same type, shape and bytes.
///
/// Matches: initializers that are equal bit for bit. Keeps: those listed as inputs (a caller may override them) or as
/// outputs, texts, and the first of each kind under its name. Adds: nothing. Error: none.
///
/// Before: `a = [1]`, `b = [1]`. After: `a = [1]`, and whoever read `b` reads `a`.
@AutoService(Pass.class)
public record MergeEqualInitializers() implements Pass {

    @Override
    public PassInfo info() {
        return new PassInfo("merge-equal-initializers", "keep one of several equal constants", PassInfo.Fidelity.SAME);
    }

    /// What is cheap to compare before the bytes are.
    private record Key(DataType type, List<Long> shape, int hash) {}

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        Set<String> fixed = new HashSet<>(model.graph().inputs().stream().map(ValueInfo::name).toList());
        model.graph().outputs().forEach(o -> fixed.add(o.name()));
        GraphEdit edit = new GraphEdit(model.graph());
        Map<Key, List<Map.Entry<String, TensorData>>> seen = new HashMap<>();
        int merged = 0;
        for (var entry : model.graph().initializers().entrySet()) {
            context.cancellation().throwIfCancelled();
            TensorData tensor = entry.getValue();
            if (fixed.contains(entry.getKey()) || tensor instanceof TensorData.Strings) {
                continue;
            }
            List<Map.Entry<String, TensorData>> candidates = seen.computeIfAbsent(
                    new Key(tensor.type(), tensor.shape(), hash(tensor.bytes())), _ -> new ArrayList<>());
            Optional<String> same = candidates.stream()
                    .filter(c -> tensor.bytes().mismatch(c.getValue().bytes()) == -1).map(Map.Entry::getKey)
                    .findFirst();
            if (same.isPresent()) {
                edit.replaceUses(entry.getKey(), same.get());
                edit.removeInitializer(entry.getKey());
                merged++;
            } else {
                candidates.add(entry);
            }
        }
        return merged == 0
                ? PassOutcome.unchanged(model)
                : PassOutcome.of(model, model.withGraph(edit.done()), merged, "equal constants merged");
    }

    private static int hash(MemorySegment bytes) {
        return bytes.byteSize() == 0 ? 0 : bytes.asByteBuffer().hashCode();
    }
}
