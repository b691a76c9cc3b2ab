package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    @TempDir
    private Path root;

    @Test
    void readsQuotas() {
        assertThat(Limits.parseCpuMax("150000 100000\n")).contains(1.5);
        assertThat(Limits.parseCpuMax("max 100000")).isEmpty();
        assertThat(Limits.parseCpuMax("150000 0")).isEmpty();
        assertThat(Limits.parseCpuMax("")).isEmpty();
    }

    @Test
    void takesTheSmallestLimitOnTheWayUp() {
        Limits limits = Limits.read(new FakeHost(root).with("/proc/self/cgroup", "0::/a/b\n")
                .with("/sys/devices/system/cpu/online", "0-7").with("/sys/fs/cgroup/cgroup.controllers", "cpu memory")
                .with("/sys/fs/cgroup/a/cpu.max", "200000 100000").with("/sys/fs/cgroup/a/b/cpu.max", "300000 100000")
                .with("/sys/fs/cgroup/a/b/memory.max", "max").with("/sys/fs/cgroup/a/memory.max", "1048576").host());
        assertThat(limits.cpus()).isEqualTo(Reading.known(new Limits.Limit.Some<>(2.0), "/sys/fs/cgroup/a"));
        assertThat(limits.memoryBytes())
                .isEqualTo(Reading.known(new Limits.Limit.Some<>(1048576L), "/sys/fs/cgroup/a"));
        assertThat(limits.usableCpus()).isEqualTo(2);
    }

    @Test
    void letsVersionOneRuleWhereBothAreMounted() {
        Limits limits = Limits.read(new FakeHost(root).with("/proc/self/cgroup", "4:memory:/m\n1:cpu,cpuacct:/\n0::/\n")
                .with("/proc/self/mountinfo", """
                        22 27 0:21 / /proc rw,relatime - proc proc rw
                        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
                        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                        """).with("/sys/fs/cgroup/unified/cpu.max", "10000 100000")
                .with("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1")
                .with("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000")
                .with("/sys/fs/cgroup/memory/m/memory.limit_in_bytes", "9223372036854771712").host());
        assertThat(limits.cgroupVersion()).isEqualTo(Reading.known(1, "/proc/self/cgroup"));
        assertThat(limits.cpus()).isEqualTo(Reading.known(new Limits.Limit.None<>(), "/sys/fs/cgroup/cpu"));
        assertThat(limits.memoryBytes()).isEqualTo(Reading.known(new Limits.Limit.None<>(), "/sys/fs/cgroup/memory/m"));
        assertThat(limits.cpuset()).isEqualTo(Reading.known(new Limits.Limit.None<>(), "/sys/fs/cgroup/unified"));
    }

    @Test
    void readsAtTheMountPointWhereTheContainersPathDoesNotExist() {
        CgroupTree tree = CgroupTree.read(new FakeHost(root).with("/proc/self/cgroup", "5:cpu:/kubepods/pod1/c1\n")
                .with("/proc/self/mountinfo", "744 736 0:30 /kubepods/pod1/c1 /cg/cpu ro - cgroup cgroup rw,cpu\n")
                .with("/cg/cpu/cpu.cfs_quota_us", "50000").host()).orElseThrow();
        assertThat(tree.folders("cpu")).containsExactly("/cg/cpu");
    }

    @Test
    void countsOnlyProcessorsThatAreBothAllowedAndOnline() {
        Limits limits = Limits.read(new FakeHost(root).with("/sys/devices/system/cpu/online", "0-3")
                .with("/proc/self/status", "Name:\tjava\nCpus_allowed_list:\t2-5\n").host());
        assertThat(limits.affinity().toOptional().flatMap(Limits.Limit::toOptional))
                .isEqualTo(Optional.of(new TreeSet<>(List.of(2, 3))));
        assertThat(limits.usableCpus()).isEqualTo(2);
    }

    @Test
    void neverLeavesZeroProcessors() {
        Reading<Limits.Limit<SortedSet<Integer>>> all = Reading.known(new Limits.Limit.None<>(), "test");
        Limits tiny = new Limits(Reading.known(2, "test"), Reading.known(new Limits.Limit.Some<>(0.01), "test"),
                Reading.known(new Limits.Limit.None<>(), "test"), all, all, Reading.known(64, "test"));
        assertThat(tiny.usableCpus()).isEqualTo(1);
        assertThat(Limits.read(new FakeHost(root).host()).usableCpus()).isEqualTo(1);
    }

    @Test
    void saysWhyThereIsNothingToRead() {
        assertThat(Limits.read(new FakeHost(root).host()).cpus()).isEqualTo(Reading.unknown("no /proc/self/cgroup"));
        assertThat(Limits.read(new FakeHost(root.resolve("bare")).with("/proc/self/cgroup", "1:cpu:/\n").host()).cpus())
                .isEqualTo(Reading.unknown("the control groups for cpu are not mounted"));
        Host mac = new Host(root, (_, _) -> Reading.unknown("none"), new Recording.SilentNatives("macos", "aarch64"));
        assertThat(Limits.read(mac).cpus()).isEqualTo(Reading.unknown("macos has no control groups"));
    }
}
