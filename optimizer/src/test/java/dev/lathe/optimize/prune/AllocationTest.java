package dev.lathe.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.graph.Model;
import dev.lathe.optimize.Tiny;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationTest {
    @TempDir
    Path folder;

    @Test
    void whatGoesBeyondTheGoalDoesNotMakeACutCheaper() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 4).weights("w", 8L, 64L).weights("v", 64L, 4L)
                .node("MatMul", "x w", "a").node("Relu", "a", "r").node("MatMul", "r v", "y").model(13);
        DependencyGraph dependencies = Cuts.dependencies(model);
        ChannelGroup group = dependencies.groups().getFirst();
        CostModel macs = CostModel.ofMacs(model, dependencies, Tiny.context(folder, List.of()).laboratory());
        List<Double> losses = IntStream.rangeClosed(1, 64).mapToObj(i -> (double) i).toList();
        Sensitivity flatter = new Sensitivity(new Ranking(group, group.units(), losses, new TreeMap<>()),
                new TreeMap<>(Map.of(8, 0.1, 56, 0.2)), new TreeMap<>());
        List<Integer> cuts = List.of(8, 16, 24, 32, 40, 48, 56);
        assertThat(Allocation.greedy(Map.of(group, cuts), Map.of(group, flatter), macs, macs.all() * 0.8).getLast()
                .cuts()).as("a fifth of 64, in eights").containsExactly(Map.entry(group, 16));
        assertThat(Allocation.greedy(Map.of(group, cuts), Map.of(group, flatter), macs, macs.all() * 0.2).getLast()
                .cuts()).containsExactly(Map.entry(group, 56));
    }

    @Test
    void theSamePartOfEachGroupDoesNotGoFarBeyondTheGoalWhereWidthsAreCoarse() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 4).weights("w", 8L, 16L).weights("v", 16L, 64L)
                .weights("u", 64L, 4L).node("MatMul", "x w", "a").node("Relu", "a", "r").node("MatMul", "r v", "b")
                .node("Relu", "b", "s").node("MatMul", "s u", "y").model(13);
        DependencyGraph dependencies = Cuts.dependencies(model);
        CostModel macs = CostModel.ofMacs(model, dependencies, Tiny.context(folder, List.of()).laboratory());
        Map<ChannelGroup, List<Integer>> cuts = new LinkedHashMap<>();
        dependencies.groups().forEach(g -> cuts.put(g, Widths.cuts(g, 8)));
        Map<ChannelGroup, Integer> chosen = Allocation.uniform(cuts, macs, macs.all() * 0.8);
        assertThat(chosen.entrySet()).as("a quarter of 64 is 16; of 16 only a half could go").singleElement()
                .satisfies(e -> assertThat(e.getKey().width()).isEqualTo(64)).extracting(Map.Entry::getValue)
                .isEqualTo(16);
        assertThat(macs.left(chosen)).isLessThanOrEqualTo(macs.all() * 0.8);
    }
}
