package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RememberedCommandsTest {
    private static final Duration TOOL = Duration.ofMillis(2500);

    private final AtomicLong now = new AtomicLong(7);
    private final List<String> asked = new ArrayList<>();
    /// Each tool takes all the time it is given, as one does that hangs.
    private final RememberedCommands commands = new RememberedCommands((limit, command) -> {
        asked.add(command.getFirst() + " for " + limit.toMillis() + " ms");
        now.addAndGet(limit.toNanos());
        return Reading.unknown(command.getFirst() + " did not answer within " + limit.toMillis() + " ms");
    }, now::get, Duration.ofMillis(2900));

    @Test
    void toolsThatHangDoNotAddUp() {
        commands.run(TOOL, List.of("sysctl", "-a"));
        commands.run(TOOL, List.of("sysctl", "-n", "hw.model"));
        assertThat(commands.run(TOOL, List.of("sysctl", "-n", "kern.osrelease"))).isEqualTo(
                Reading.unknown("sysctl was not asked: tools before it took all the time there is for them"));
        assertThat(asked).containsExactly("sysctl for 2500 ms", "sysctl for 400 ms");
    }

    @Test
    void aToolIsAskedOnce() {
        Reading<Host.Output> first = commands.run(TOOL, List.of("lscpu"));
        assertThat(commands.run(TOOL, List.of("lscpu"))).isSameAs(first);
        assertThat(asked).containsExactly("lscpu for 2500 ms");
    }
}
