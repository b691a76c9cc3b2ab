package dev.lathe.profile.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.profile.Plan;
import dev.lathe.profile.SessionSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final Plan PLAN = new Plan(SessionSettings.threads(1), 2, 5, List.of(1), 60_000_000_000L, 7);

    private static Grid grid(List<String> variants, List<Integer> threads, List<Integer> instances,
            List<Integer> batches) {
        return new Grid(variants, Grid.Options.threads(threads).settings(), instances, batches);
    }

    @Test
    void aGridHasEveryCombinationTheFirstOfAllSidesFirst() {
        Grid grid = new Grid(List.of("a", "b"),
                new Grid.Options(List.of(1, 2), List.of(1), List.of(true, false), List.of(true), List.of(true),
                        List.of("all")).settings(),
                List.of(1, 2), List.of(4, 1));
        assertThat(grid.setups()).hasSize(16).doesNotHaveDuplicates();
        assertThat(grid.cells()).hasSize(32);
        assertThat(grid.cells().getFirst().words()).isEqualTo("a, 1 thread, batch 1");
        assertThat(grid.name(grid.setups().getLast())).isEqualTo("b, 2 threads, no spinning, 2 instances");
    }

    @Test
    void withoutASweepAVariantsNameIsEnough() {
        Grid grid = grid(List.of("a", "b"), List.of(2), List.of(1), List.of(1, 4));
        assertThat(grid.isSweep()).isFalse();
        assertThat(grid.setups()).extracting(grid::name).containsExactly("a", "b");
    }

    @Test
    void groupsAreSmallAndEvenAndShareTheAnchor() {
        Sweep sweep = Sweep.of(grid(List.of("a"), List.of(1, 2, 3, 4, 5, 6, 7), List.of(1), List.of(1)).cells(), 7);
        assertThat(sweep.anchor().session().intraOpThreads()).isEqualTo(1);
        assertThat(sweep.groups()).extracting(Map::size).containsExactly(3, 3);
        assertThat(sweep.open(0)).isEqualTo(5);
        assertThat(sweep.setups()).hasSize(7);
    }

    @Test
    void littleMemoryMakesMoreGroups() {
        Sweep sweep = Sweep.of(grid(List.of("a", "b", "c"), List.of(1), List.of(1), List.of(1)).cells(), 3);
        assertThat(sweep.groups()).hasSize(2).allMatch(group -> group.size() == 1);
    }

    @Test
    void chosenCellsKeepTheirBatchesAndTheAnchorHasThemAll() {
        List<Cell> cells = grid(List.of("a", "b"), List.of(1), List.of(1), List.of(1, 4, 16)).cells();
        Sweep sweep = Sweep.of(List.of(cells.get(0), cells.get(4)), 7);
        assertThat(sweep.anchorBatches()).containsExactly(1, 4);
        assertThat(sweep.groups().getFirst().firstEntry().getValue()).containsExactly(4);
        assertThat(sweep.plan(PLAN, 0).batches()).containsExactly(1, 4);
    }

    @Test
    void oneSetupIsAGroupWithTheAnchorAlone() {
        Sweep sweep = Sweep.of(grid(List.of("a"), List.of(1), List.of(1), List.of(1, 4)).cells(), 7);
        assertThat(sweep.groups()).singleElement().matches(Map::isEmpty);
        assertThat(sweep.plan(PLAN, 0).budgetNs()).isEqualTo(PLAN.budgetNs());
    }

    @Test
    void groupsShareTheBudgetByTheirWorkers() {
        Sweep sweep = Sweep.of(grid(List.of("a"), List.of(1, 2, 3, 4, 5, 6, 7), List.of(1), List.of(1)).cells(), 7);
        assertThat(sweep.plan(PLAN, 0).budgetNs() + sweep.plan(PLAN, 1).budgetNs()).isEqualTo(PLAN.budgetNs());
    }

    @Test
    void predictsMoreForMoreCellsAndLessForKnownFastModels() {
        Sweep small = Sweep.of(grid(List.of("a"), List.of(1), List.of(1), List.of(1)).cells(), 7);
        Sweep large = Sweep.of(grid(List.of("a"), List.of(1, 2, 3, 4), List.of(1), List.of(1)).cells(), 7);
        long unknown = large.predictedNs(PLAN, Map.of());
        assertThat(unknown).isGreaterThan(small.predictedNs(PLAN, Map.of())).isLessThan(2 * PLAN.budgetNs());
        Map<Setup, Long> medians = new HashMap<>();
        large.setups().forEach(setup -> medians.put(setup, 100_000L));
        assertThat(large.predictedNs(PLAN, medians)).isLessThan(unknown);
    }
}
