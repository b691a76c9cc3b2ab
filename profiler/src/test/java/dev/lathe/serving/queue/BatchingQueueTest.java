package dev.lathe.serving.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatchingQueueTest {
    private static final long NEVER = BatchingQueue.NEVER;

    private final List<Long> expired = new ArrayList<>();

    private BatchingQueue queue(Batching batching) {
        return new BatchingQueue(batching, expired::add);
    }

    /// Takes with a fresh array; the ids that were taken.
    private static List<Long> taken(BatchingQueue queue, long now) {
        long[] into = new long[queue.batching().maxBatch()];
        int count = queue.take(now, into);
        return Arrays.stream(into, 0, count).boxed().toList();
    }

    private static void offer(BatchingQueue queue, long now, long... ids) {
        for (long id : ids) {
            assertThat(queue.offer(id, now, NEVER)).isTrue();
        }
    }

    @Test
    void withoutDelayWhateverWaitsStartsOldestFirst() {
        BatchingQueue queue = queue(Batching.upTo(4));
        assertThat(taken(queue, 0)).isEmpty();
        offer(queue, 1, 7, 8);
        assertThat(taken(queue, 1)).containsExactly(7L, 8L);
        offer(queue, 2, 1, 2, 3, 4, 5);
        assertThat(taken(queue, 2)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(taken(queue, 2)).containsExactly(5L);
        assertThat(queue.size()).isZero();
    }

    @Test
    void withDelayABatchWaitsUntilItIsFullOrItsOldestHasWaitedEnough() {
        BatchingQueue queue = queue(Batching.upTo(3).delayed(100));
        offer(queue, 10, 1);
        offer(queue, 50, 2);
        assertThat(queue.ready(50)).isZero();
        assertThat(queue.nextBatchNs(50)).isEqualTo(110);
        assertThat(queue.ready(109)).isZero();
        assertThat(taken(queue, 110)).containsExactly(1L, 2L);
        offer(queue, 120, 3, 4, 5, 6);
        assertThat(queue.nextBatchNs(120)).isEqualTo(120);
        assertThat(taken(queue, 120)).containsExactly(3L, 4L, 5L);
        assertThat(queue.nextBatchNs(120)).as("the delay counts from the arrival of the one left").isEqualTo(220);
    }

    @Test
    void thePreferredSizeThatCanBeFilledStartsAtOnceAndTheLargestOfThem() {
        BatchingQueue queue = queue(
                new Batching(8, List.of(4, 2), 100, OptionalInt.empty(), OptionalLong.empty()));
        offer(queue, 0, 1);
        assertThat(queue.ready(0)).isZero();
        offer(queue, 1, 2, 3);
        assertThat(queue.ready(1)).isEqualTo(2);
        offer(queue, 2, 4, 5, 6);
        assertThat(taken(queue, 2)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(taken(queue, 2)).containsExactly(5L, 6L);
    }

    @Test
    void onceTheDelayIsOverAllThatWaitStartEvenIfThatIsNoPreferredSize() {
        BatchingQueue queue = queue(new Batching(8, List.of(4), 100, OptionalInt.empty(), OptionalLong.empty()));
        offer(queue, 0, 1, 2, 3, 4, 5, 6);
        assertThat(queue.ready(99)).isEqualTo(4);
        assertThat(queue.ready(100)).isEqualTo(6);
    }

    @Test
    void withoutDelayAPreferredSizeGoesFirstAndTheRestFollows() {
        BatchingQueue queue = queue(new Batching(8, List.of(4), 0, OptionalInt.empty(), OptionalLong.empty()));
        offer(queue, 0, 1, 2, 3, 4, 5, 6);
        assertThat(taken(queue, 0)).hasSize(4);
        assertThat(taken(queue, 0)).containsExactly(5L, 6L);
    }

    @Test
    void aFullQueueShedsTheNewcomer() {
        BatchingQueue queue = queue(Batching.upTo(4).bounded(2));
        offer(queue, 0, 1, 2);
        assertThat(queue.offer(3, 0, NEVER)).isFalse();
        assertThat(taken(queue, 0)).containsExactly(1L, 2L);
        assertThat(queue.offer(3, 0, NEVER)).isTrue();
    }

    @Test
    void aRequestIsGivenUpAtItsDeadlineWhereverItStands() {
        BatchingQueue queue = queue(Batching.upTo(8).delayed(1000));
        queue.offer(1, 0, NEVER);
        queue.offer(2, 0, 30);
        queue.offer(3, 0, 20);
        queue.offer(4, 0, 40);
        assertThat(queue.nextDeadlineNs()).isEqualTo(20);
        queue.advance(19);
        assertThat(expired).isEmpty();
        queue.advance(30);
        assertThat(expired).containsExactlyInAnyOrder(2L, 3L);
        assertThat(queue.nextDeadlineNs()).isEqualTo(40);
        assertThat(taken(queue, 1000)).containsExactly(1L);
        assertThat(expired).containsExactlyInAnyOrder(2L, 3L, 4L);
    }

    @Test
    void aRequestThatExpiresMakesRoomForTheNext() {
        BatchingQueue queue = queue(Batching.upTo(4).bounded(1));
        queue.offer(1, 0, 10);
        assertThat(queue.offer(2, 9, 19)).isFalse();
        assertThat(queue.offer(3, 10, 20)).isTrue();
        assertThat(expired).containsExactly(1L);
    }

    @Test
    void aRequestThatComesAfterItsDeadlineIsGivenUpAtOnce() {
        BatchingQueue queue = queue(Batching.upTo(4));
        assertThat(queue.offer(1, 5, 5)).isTrue();
        assertThat(expired).containsExactly(1L);
        assertThat(queue.size()).isZero();
    }

    @Test
    void whenTheOldestExpiresTheDelayCountsFromTheNext() {
        BatchingQueue queue = queue(Batching.upTo(4).delayed(100));
        queue.offer(1, 0, 50);
        queue.offer(2, 40, NEVER);
        assertThat(queue.nextBatchNs(40)).isEqualTo(100);
        assertThat(queue.nextBatchNs(50)).isEqualTo(140);
    }

    @Test
    void timeDoesNotGoBack() {
        BatchingQueue queue = queue(Batching.SINGLE);
        queue.advance(5);
        assertThatIllegalArgumentException().isThrownBy(() -> queue.advance(4))
                .withMessage("time went back from 5 to 4");
    }

    @Test
    void impossibleNumbersAreNamed() {
        refuses(() -> Batching.upTo(0), "a batch of at most 0 cannot be. Choose 1 or more.");
        refuses(() -> new Batching(4, List.of(8), 0, OptionalInt.empty(), OptionalLong.empty()),
                "preferred batch 8 with at most 4 in a batch cannot be. Choose preferred sizes from 1 to 4.");
        refuses(() -> Batching.SINGLE.delayed(-1), "a batching delay of -1 ns cannot be. Choose 0 or more.");
        refuses(() -> Batching.SINGLE.bounded(0), "a queue of at most 0 requests cannot be. Choose 1 or more.");
        refuses(() -> Batching.SINGLE.within(0), "a timeout of 0 ns cannot be. Choose more than 0.");
    }

    private static void refuses(Runnable action, String sentence) {
        assertThatThrownBy(action::run).isInstanceOf(ProblemException.class).hasMessage(sentence);
    }

    /// Random settings, random calls: both queues agree on everything that can be seen.
    @Test
    void doesWhatTheNaiveQueueDoes() {
        for (long seed = 0; seed < 1000; seed++) {
            agree(seed);
        }
    }

    private static Batching random(SplittableRandom random) {
        int most = 1 + random.nextInt(9);
        List<Integer> preferred = random.ints(random.nextInt(3), 1, most + 1).boxed().toList();
        return new Batching(most, preferred, random.nextBoolean() ? 0 : random.nextLong(60),
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(100)),
                OptionalLong.empty());
    }

    private static void agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Batching batching = random(random);
        List<Long> lost = new ArrayList<>();
        BatchingQueue queue = new BatchingQueue(batching, lost::add);
        NaiveQueue naive = new NaiveQueue(batching);
        boolean oneTimeout = random.nextBoolean();
        int takes = 2 + random.nextInt(12);
        long now = 0;
        for (int step = 0; step < 400; step++) {
            now += random.nextInt(3) == 0 ? random.nextLong(40) : 0;
            if (random.nextInt(takes) != 0) {
                long deadline = random.nextInt(4) == 0 && !oneTimeout
                        ? NEVER
                        : now + (oneTimeout ? 70 : random.nextLong(120));
                assertThat(queue.offer(step, now, deadline)).as("seed %d, step %d, %s", seed, step, batching)
                        .isEqualTo(naive.offer(step, now, deadline));
            } else {
                naive.advance(now);
                assertThat(queue.nextBatchNs(now)).as("seed %d, step %d, %s", seed, step, batching)
                        .isEqualTo(naive.nextBatchNs(now));
                assertThat(taken(queue, now)).as("seed %d, step %d, %s", seed, step, batching)
                        .isEqualTo(naive.take(now));
            }
            assertThat(lost).as("seed %d, step %d, %s", seed, step, batching).hasSameSizeAs(naive.expired);
            assertThat(queue.size()).as("seed %d, step %d, %s", seed, step, batching).isEqualTo(naive.size());
            // it may wake its caller too early, never too late
            assertThat(queue.nextDeadlineNs()).as("seed %d, step %d, %s", seed, step, batching)
                    .isLessThanOrEqualTo(naive.nextDeadlineNs());
            assertThat(queue.nextDeadlineNs() > now || queue.size() == 0)
                    .as("seed %d, step %d, %s", seed, step, batching).isTrue();
        }
        assertThat(lost).as("seed %d, %s", seed, batching).containsExactlyInAnyOrderElementsOf(naive.expired);
    }
}
