package dev.lathe.profile.operators;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Wire;
import dev.lathe.profile.WorkerProcess;
import dev.lathe.profile.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Profiles models in worker processes of their own, several of them for each model, in an order that lets a drift of the
/// machine hit all models alike: A B, then B A.
public final class OperatorProfiler {
    /// Worker processes for each model.
    static final int FORKS = 2;
    /// Runs of each: with both forks enough for the interval of a median (11, see `EarlyStopping`).
    static final int LEAST_RUNS = 6;
    private static final Problem UNREADABLE = Problem.warning("graph-unreadable", "",
            "the graph that ONNX Runtime made of the model cannot be read",
            "What its fused nodes stand for and how much they compute is unknown.");
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final WorkerSettings workers;
    private final Cancellation cancellation;

    /// A profiler whose workers start with these settings.
    public OperatorProfiler(WorkerSettings workers, Cancellation cancellation) {
        this.workers = workers;
        this.cancellation = cancellation;
    }

    /// What is profiled.
    ///
    /// @param model the file
    /// @param queries a pack of queries, see [dev.lathe.profile.tensor.TensorPack]
    /// @param data what the queries are, in words
    public record Subject(Path model, Path queries, String data) {}

    /// How it is profiled.
    ///
    /// @param session how the runtime runs the models, and on which target
    /// @param budgetNs time for all runs of one model, in nanoseconds
    public record Plan(SessionSettings session, long budgetNs) {}

    /// One worker's part.
    @SuppressWarnings("ArrayRecordComponent") // seen inside this class alone
    private record Part(Trace trace, Path optimized, String provider, long[] plainNs) {}

    /// Profiles several models side by side.
    ///
    /// @param ceilings what the operators are held against
    /// @return one profile each, in the order given
    /// @throws ProblemException if the runtime refuses a model, or comes without the provider (`not-available`)
    public List<OperatorProfile> profile(List<Subject> subjects, Plan plan, String runtime,
            Reading<Ceilings> ceilings, Progress.Listener progress) {
        List<List<Part>> parts = new ArrayList<>();
        subjects.forEach(_ -> parts.add(new ArrayList<>()));
        int done = 0;
        for (int fork = 0; fork < FORKS; fork++) {
            for (int place = 0; place < subjects.size(); place++) {
                int i = fork % 2 == 0 ? place : subjects.size() - 1 - place;
                Subject subject = subjects.get(i);
                progress.progress(Progress.of("profiling " + subject.model().getFileName() + ", fork " + (fork + 1)
                        + " of " + FORKS, (double) done++ / (FORKS * subjects.size())));
                parts.get(i).add(part(subject, plan, LEAST_RUNS));
            }
        }
        List<OperatorProfile> profiles = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
            profiles.add(assemble(subjects.get(i), parts.get(i), plan, runtime, ceilings));
        }
        return profiles;
    }

    /// Where the nodes of a model run, from one short run of it.
    ///
    /// @throws ProblemException if the runtime refuses the model, or comes without the provider (`not-available`)
    public Placement place(Subject subject, SessionSettings session) {
        Part part = part(subject, new Plan(session, 0), 1);
        return Placement.of(part.provider(), part.trace());
    }

    private static OperatorProfile assemble(Subject subject, List<Part> parts, Plan plan, String runtime,
            Reading<Ceilings> ceilings) {
        Part first = parts.getFirst();
        Model source = OnnxReader.read(subject.model());
        Reading<Ceilings> own = first.provider().equals(Placement.CPU)
                ? ceilings
                : Reading.unknown("ceilings are measured on the CPU alone");
        Optional<Model> optimized = read(first.optimized());
        OperatorProfile profile = Assembly.of(
                new OperatorProfile.Origin(String.valueOf(subject.model().getFileName()), plan.session(), runtime,
                        subject.data()),
                parts.stream().map(Part::trace).toList(), source, optimized.orElse(source),
                parts.stream().map(Part::plainNs).toList(), first.provider(), own);
        return optimized.isPresent() ? profile : profile.with(UNREADABLE);
    }

    /// The graph that ran; with some subgraphs the runtime writes a file that nobody can read.
    private static Optional<Model> read(Path optimized) {
        try {
            return Optional.of(OnnxReader.read(optimized));
        } catch (ProblemException _) {
            return Optional.empty();
        }
    }

    private Part part(Subject subject, Plan plan, int least) {
        Path folder = folder();
        ObjectNode arguments = Wire.object().put("backend", workers.backend())
                .put("model", subject.model().toAbsolutePath().toString()).put("inputs", subject.queries().toString())
                .put("folder", folder.toString()).put("least", least)
                .put("budgetNs", plan.budgetNs() / FORKS);
        arguments.set("settings", new JsonMapper().valueToTree(plan.session()));
        try (WorkerProcess worker = WorkerProcess.start(workers, cancellation)) {
            JsonNode answer = worker.ask("profile", arguments, PATIENCE, Progress.Listener.NONE);
            List<Long> plain = new ArrayList<>();
            answer.path("plainNs").forEach(n -> plain.add(n.asLong()));
            return new Part(TraceReader.read(Path.of(answer.path("trace").asString()), answer.path("skip").asInt()),
                    Path.of(answer.path("optimized").asString()), answer.path("provider").asString(),
                    plain.stream().mapToLong(Long::longValue).toArray());
        } catch (ProblemException e) {
            Problem problem = e.problems().getFirst();
            throw new ProblemException(new Problem(problem.severity(), problem.code(),
                    Optional.of(problem.where()).filter(w -> !w.isEmpty()).orElse(subject.model().toString()),
                    problem.what(), problem.remedy()), e);
        }
    }

    private Path folder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(workers.scratch()), "profile-");
        } catch (IOException e) {
            throw new ProblemException(Problem.error("workspace-unwritable", workers.scratch().toString(),
                    "no files can be written there (" + e.getMessage() + ")",
                    "Free some space, or choose another workspace with --workspace."), e);
        }
    }
}
