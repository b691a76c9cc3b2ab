package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a machine was found out: what came of it, and what each probe looked at.
///
/// @param reports one per probe, the first believed first
/// @param tookNs all of it
public record Detection(Machine machine, List<Report> reports, long tookNs) {
    private static final Logger LOG = LoggerFactory.getLogger(Detection.class);

    /// Longest time of one probe, and so of the whole, since all run at once. One that asks two tools that both hang ends here.
    private static final Duration PROBE_LIMIT = Duration.ofMillis(2500);

    /// Longest time of what only reads files of the kernel. It takes that long on no machine that is not broken; what is known
    /// of a machine must not depend on how busy it is.
    private static final Duration ESSENTIAL_LIMIT = Duration.ofSeconds(30);

    /// Copies the list.
    public Detection {
        reports = List.copyOf(reports);
    }

    /// What one probe did.
    ///
    /// @param probe its name, for scripts
    /// @param title what it looks at
    /// @param looks in the order of time
    /// @param found what it told of, before it was put together with what others told
    /// @param failure why it told nothing, if it was given up or failed
    public record Report(String probe, String title, long tookNs, List<Host.Look> looks, List<Device> found,
            Optional<String> failure) {

        /// Copies the lists.
        public Report {
            looks = List.copyOf(looks);
            found = List.copyOf(found);
        }
    }

    /// This detection with a further source, believed last: what an inference runtime says of the devices, which only a worker can
    /// ask.
    ///
    /// @param report of that source; its devices are put together with those already known
    public Detection with(Report report) {
        List<Report> all = new ArrayList<>(reports);
        all.add(report);
        Merging merging = new Merging();
        all.forEach(each -> merging.add(each.found()));
        Machine wider = new Machine(machine.platform(), merging.cpu(), machine.memory(), merging.gpus(), merging.npus(),
                machine.limits(), merging.disagreements(), machine.problems());
        return new Detection(wider, all, tookNs + report.tookNs());
    }

    /// Looks at a host with every probe there is, all at once. Never throws for what it finds; what cannot be read is Unknown.
    ///
    /// *Cost:* on Linux some hundred small files and, where a vendor's device or tool is, that tool; 3 s if one hangs.
    public static Detection of(Host host) {
        return of(host, probes(), PROBE_LIMIT);
    }

    static List<Probe> probes() {
        return ServiceLoader.load(Probe.class, Detection.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).toList();
    }

    static Detection of(Host host, List<Probe> probes, Duration limit) {
        long start = System.nanoTime();
        Host remembering = new Host(host.root(),
                new RememberedCommands(host.commands(), System::nanoTime, PROBE_LIMIT),
                new RememberedNatives(host.natives()));
        List<Task<List<Device>>> running = probes.stream()
                .sorted(Comparator.comparingInt(Probe::rank).thenComparing(probe -> probe.getClass().getName()))
                .map(probe -> new Task<>(probe.getClass().getSimpleName(), probe.title(), remembering, probe::find,
                        probe.isEssential() ? ESSENTIAL_LIMIT : limit))
                .toList();
        Task<Platform> platform = new Task<>("Platform", "the system", remembering, Platform::read,
                ESSENTIAL_LIMIT);
        Task<Memory> memory = new Task<>("Memory", "memory", remembering, Memory::read, ESSENTIAL_LIMIT);
        Task<Limits> limits = new Task<>("Limits", "what we may use", remembering, Limits::read, ESSENTIAL_LIMIT);
        Merging merging = new Merging();
        List<Report> reports = new ArrayList<>();
        for (Task<List<Device>> task : running) {
            Reading<List<Device>> found = task.await();
            merging.add(found.toOptional().orElse(List.of()));
            reports.add(task.report(found, found.toOptional().orElse(List.of())));
        }
        Reading<Platform> system = platform.await();
        Reading<Memory> bytes = memory.await();
        Reading<Limits> allowed = limits.await();
        reports.add(platform.report(system, List.of()));
        reports.add(memory.report(bytes, List.of()));
        reports.add(limits.report(allowed, List.of()));
        List<Problem> problems = running.stream().flatMap(task -> task.notes.problems().stream()).distinct().toList();
        Machine machine = new Machine(
                system.toOptional().orElseGet(() -> Platform.unknown("the system did not answer in time")),
                merging.cpu(), bytes.toOptional().orElseGet(() -> Memory.unknown("it did not answer in time")),
                merging.gpus(), merging.npus(),
                allowed.toOptional().orElseGet(() -> Limits.unknown("the system did not answer in time")),
                merging.disagreements(), problems);
        return new Detection(machine, reports, System.nanoTime() - start);
    }

    /// Something that looks at the host in a thread of its own, which is left behind if it does not come back.
    private static final class Task<T> {
        private final String name;
        private final String title;
        private final Notes notes = new Notes();
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final Thread thread;
        private final long start = System.nanoTime();
        private final long deadline;
        private volatile long end;

        Task(String name, String title, Host host, Function<Host, T> look, Duration limit) {
            this.name = name;
            this.deadline = start + limit.toNanos();
            this.title = title;
            // no virtual thread: a native call that hangs would keep its carrier
            this.thread = Thread.ofPlatform().daemon().name("probe " + name).start(() -> {
                try {
                    result.complete(look.apply(host.watchedBy(notes)));
                } catch (RuntimeException | LinkageError e) {
                    result.completeExceptionally(e);
                } finally {
                    end = System.nanoTime();
                }
            });
        }

        Reading<T> await() {
            try {
                return Reading.known(result.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS), name);
            } catch (TimeoutException _) {
                thread.interrupt();
                return Reading.unknown("did not answer in time and was left out");
            } catch (ExecutionException e) {
                // one source that trips over something unforeseen must not hide what the others know
                LOG.warn("{} failed and is left out", name, e.getCause());
                return Reading.unknown("failed and was left out: " + e.getCause());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return Reading.unknown("was interrupted");
            }
        }

        Report report(Reading<T> found, List<Device> devices) {
            Optional<String> failure = switch (found) {
                case Reading.Known<T> _ -> Optional.empty();
                case Reading.Unknown<T>(String why) -> Optional.of(why);
            };
            long stop = end == 0 ? System.nanoTime() : end;
            return new Report(name, title, stop - start, notes.looks(), devices, failure);
        }
    }

    /// What a probe tells on the way. It may go on telling after it was given up.
    private static final class Notes implements Host.Watcher {
        private final List<Host.Look> looks = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();

        @Override
        public synchronized void looked(Host.Look look) {
            looks.add(look);
        }

        @Override
        public synchronized void reported(Problem problem) {
            problems.add(problem);
        }

        synchronized List<Host.Look> looks() {
            return List.copyOf(looks);
        }

        synchronized List<Problem> problems() {
            return List.copyOf(problems);
        }
    }
}
