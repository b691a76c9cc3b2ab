package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizingTest {
    private static final long MS = 1_000_000;

    private static Plan plan(long budgetNs) {
        return new Plan(SessionSettings.threads(1), 2, 5, List.of(1, 4, 16), budgetNs, 7);
    }

    @Test
    void aFastModelGetsItsP99() {
        Sizing sizing = Sizing.singleStream(plan(60_000 * MS), Collections.nCopies(5, MS));
        assertThat(sizing.supportsP99()).isTrue();
        assertThat(sizing.queries() * sizing.blocks() * 2).isGreaterThanOrEqualTo(662);
    }

    @Test
    void aShortBudgetDropsTheP99FirstAndKeepsTheForks() {
        Sizing sizing = Sizing.singleStream(plan(5_000 * MS), Collections.nCopies(5, 10 * MS));
        assertThat(sizing.supportsP99()).isFalse();
        assertThat(sizing.rounds()).isEqualTo(5);
        assertThat(sizing.queries()).isPositive();
        assertThat((long) sizing.queries() * sizing.blocks() * 2 * 50 * MS).isLessThanOrEqualTo(5_000 * MS);
    }

    @Test
    void aSlowModelGetsFewerRoundsAndAtLeastOneQuery() {
        Sizing sizing = Sizing.singleStream(plan(10_000 * MS), Collections.nCopies(5, 1_000 * MS));
        assertThat(sizing.rounds()).isEqualTo(1);
        assertThat(sizing.queries()).isEqualTo(1);
    }

    @Test
    void blocksOfTinyModelsAreLongEnoughToBeMoreThanWakingUp() {
        Sizing sizing = Sizing.singleStream(plan(60_000 * MS), Collections.nCopies(5, 30_000L));
        assertThat(sizing.queries() * 30_000L).isGreaterThanOrEqualTo(Sizing.SHORTEST_BLOCK_NS);
    }

    @Test
    void aLeadInTakesNoMoreThanItsShareOfAShortBudget() {
        assertThat(Sizing.leadInNs(plan(600_000 * MS), 5)).isEqualTo(50 * MS);
        Plan brief = plan(1_000 * MS);
        int blocks = brief.forks() * 5 * (2 * brief.rounds() + 2 * Sizing.BATCH_BLOCKS);
        assertThat(Sizing.leadInNs(brief, 5) * blocks).isBetween(149 * MS, 150 * MS);
    }

    @Test
    void aBatchThatTheBudgetCannotSupportIsLeftOut() {
        assertThat(Sizing.batchQueries(plan(5_000 * MS), 16, Collections.nCopies(4, 2_000 * MS), 2)).isZero();
        assertThat(Sizing.batchQueries(plan(60_000 * MS), 16, Collections.nCopies(4, 10 * MS), 2)).isPositive();
    }
}
