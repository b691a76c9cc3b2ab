package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Answer;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.description.DatasetDescription.Task;
import dev.lathe.profile.LaboratoryProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Several models answer the same samples. Each is kept as `evaluate` keeps it; one that cannot be run is marked, and the
/// others go on, unless it is the first, which they are held against.
final class AnswersRun {
    private final Workbench workbench;
    private final AnswersRequest request;
    private final JobContext job;

    AnswersRun(Workbench workbench, AnswersRequest request, JobContext job) {
        this.workbench = workbench;
        this.request = request;
        this.job = job;
    }

    Answers run() {
        request.models().values().forEach(Workbench::admit);
        Path first = request.models().firstEntry().getValue();
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.empty(), job)) {
            Dataset dataset = Dataset.open(request.data());
            workbench.declarations(List.copyOf(request.models().values()), Optional.of(dataset), laboratory);
            Samples samples = Samples.of(first, Optional.of(dataset), request.selection(), laboratory, scratch, job);
            List<Answers.OfModel> models = new ArrayList<>();
            int done = 0;
            for (Map.Entry<String, Path> model : request.models().entrySet()) {
                job.cancellation().throwIfCancelled();
                models.add(answered(model.getKey(), model.getValue(), samples, laboratory, progress(done++),
                        dataset.task() == Task.CLASSIFICATION));
            }
            List<Problem> doubts = samples.doubts(first, job).stream().toList();
            return new Answers(samples.scorer().rows().stream().flatMap(List::stream)
                    .map(i -> new Answers.Sample(i, dataset.sampleName(i), dataset.label(i))).toList(), models,
                    names(dataset), samples.words(), doubts);
        }
    }

    /// A model's part of the whole.
    private Progress.Listener progress(int done) {
        double all = request.models().size();
        return p -> job.progress().progress(new Progress(p.step(), (done + p.fraction()) / all, p.remainingNs()));
    }

    private Answers.OfModel answered(String name, Path model, Samples samples, LaboratoryProcess laboratory,
            Progress.Listener progress, boolean classes) {
        Path first = request.models().firstEntry().getValue();
        boolean itself = model.equals(first);
        ObjectNode plan = new JsonMapper().createObjectNode().put("data", request.data().toAbsolutePath().toString())
                .put("dataSha256", samples.hash()).put("selection", samples.selectionName())
                .put("against", itself ? null : first.toAbsolutePath().toString());
        try {
            Scored scored = new SingleRun(workbench, job).kept("evaluate", model, Sha256.ofFile(model), plan,
                    laboratory, _ -> samples.score(model, first, progress),
                    s -> ResultJson.evaluated(String.valueOf(model.getFileName()), s));
            return new Answers.OfModel(name, Optional.of(scored), Answer.of(samples.outputs(model, progress), classes),
                    Optional.empty());
        } catch (ProblemException e) {
            if (itself) {
                throw e;
            }
            Problem problem = e.problems().getFirst();
            job.emit().accept(new WorkbenchEvent.ProblemFound(problem));
            return new Answers.OfModel(name, Optional.empty(), List.of(), Optional.of(problem));
        }
    }

    /// Names by index of the model: a label's index plus the description's offset.
    private static List<String> names(Dataset dataset) {
        List<String> names = new ArrayList<>();
        int offset = dataset.description().output().offset();
        for (int i = 0; i < offset; i++) {
            names.add(Integer.toString(i));
        }
        List<String> named = dataset.classNames();
        names.addAll(named.subList(Math.min(named.size(), Math.max(0, -offset)), named.size()));
        return names;
    }
}
