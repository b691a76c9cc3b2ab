package dev.lathe.profile.sweep;

import dev.lathe.profile.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/// Chosen cells of a grid, in groups that are measured one after the other.
///
/// The setups of one group are open at the same time and take turns. Each group measures the anchor (the first setup) again,
/// and the anchor once more against itself, so that every ratio is of neighbours in time.
///
/// @param anchor what the others are held against
/// @param anchorBatches every batch size of the sweep
/// @param groups setups beside the anchor with their batch sizes, by group; never empty
public record Sweep(Setup anchor, SortedSet<Integer> anchorBatches,
        List<SequencedMap<Setup, SortedSet<Integer>>> groups) {
    /// The most workers that are open at once, the anchor and its copy included: each costs some 200 MB, the model and
    /// the time in which neighbours drift apart.
    public static final int MOST_OPEN = 7;
    private static final int ANCHORS = 2;

    /// Groups cells so that at most so many workers are open at once.
    ///
    /// @param cells at least one; the first one's setup is the anchor
    /// @param mostOpen workers that memory allows, at least 3; never more than [#MOST_OPEN] are used
    public static Sweep of(List<Cell> cells, int mostOpen) {
        SequencedMap<Setup, SortedSet<Integer>> batches = new LinkedHashMap<>();
        cells.forEach(cell -> batches.computeIfAbsent(cell.setup(), _ -> new TreeSet<>()).add(cell.batch()));
        Map.Entry<Setup, SortedSet<Integer>> anchor = batches.pollFirstEntry();
        if (anchor == null) {
            throw new IllegalArgumentException("no cell");
        }
        // the anchor is measured at every batch size that is compared with it
        SortedSet<Integer> anchorBatches = new TreeSet<>(anchor.getValue());
        batches.values().forEach(sizes -> anchorBatches.addAll(sizes));
        int room = Math.max(1, Math.min(mostOpen, MOST_OPEN) - ANCHORS);
        int count = Math.max(1, Math.ceilDiv(batches.size(), room));
        List<SequencedMap<Setup, SortedSet<Integer>>> groups = new ArrayList<>();
        for (int g = 0; g < count; g++) {
            groups.add(new LinkedHashMap<>());
        }
        // evenly full groups: 6 setups in room for 5 are two of 3
        int perGroup = Math.max(1, Math.ceilDiv(batches.size(), count));
        int i = 0;
        for (Map.Entry<Setup, SortedSet<Integer>> entry : batches.entrySet()) {
            groups.get(i++ / perGroup).put(entry.getKey(), entry.getValue());
        }
        groups.removeIf(group -> group.isEmpty() && groups.size() > 1);
        return new Sweep(anchor.getKey(), anchorBatches, List.copyOf(groups));
    }

    /// All setups, the anchor first.
    public List<Setup> setups() {
        List<Setup> setups = new ArrayList<>(List.of(anchor));
        groups.forEach(group -> setups.addAll(group.keySet()));
        return setups;
    }

    /// Workers open at once in a group.
    public int open(int group) {
        return groups.get(group).size() + ANCHORS;
    }

    /// The plan of one group: its share of the whole budget, by the workers that take turns in it.
    public Plan plan(Plan whole, int group) {
        int all = 0;
        for (int g = 0; g < groups.size(); g++) {
            all += open(g);
        }
        long budget = Math.max(1, (long) ((double) whole.budgetNs() * open(group) / all));
        SortedSet<Integer> batches = new TreeSet<>(anchorBatches);
        return new Plan(whole.session(), whole.forks(), whole.rounds(), List.copyOf(batches), budget, whole.seed());
    }

    /// How long measuring takes at most, in nanoseconds: the budget and the starts of all workers.
    ///
    /// A fast model needs less: it has its queries before its share of the budget is used up.
    ///
    /// @param medians durations of single queries by setup, where an earlier run has told them
    public long predictedNs(Plan whole, Map<Setup, Long> medians) {
        long sum = 0;
        for (int g = 0; g < groups.size(); g++) {
            sum += predictedNs(whole, g, medians);
        }
        return sum;
    }

    /// How long one group takes at most.
    public long predictedNs(Plan whole, int group, Map<Setup, Long> medians) {
        List<Setup> turns = new ArrayList<>(List.of(anchor, anchor));
        turns.addAll(groups.get(group).keySet());
        return plan(whole, group).predictedNs(turns.stream()
                .map(setup -> Optional.ofNullable(medians.get(setup)).map(OptionalLong::of)
                        .orElseGet(OptionalLong::empty))
                .toList());
    }
}
