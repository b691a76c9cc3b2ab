package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.description.DatasetDescription;
import dev.lathe.evaluate.description.DatasetDescription.Split;
import dev.lathe.evaluate.source.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Chooses which samples calibrate and which are evaluated; never the same sample for both.
final class SampleChoice {
    private final DatasetDescription description;
    private final Samples main;
    private final Optional<Samples> separate;

    SampleChoice(DatasetDescription description, Samples main, Optional<Samples> separate) {
        this.description = description;
        this.main = main;
        this.separate = separate;
    }

    List<Integer> calibration(Selection selection) {
        return switch (selection) {
            case Selection.Everything _ -> List.of();
            case Selection.Drawn _ -> separate.isPresent()
                    ? IntStream.range(main.size(), main.size() + separate.get().size()).boxed().toList()
                    : flat(shuffled().subList(0, count()));
            case Selection.Named(String name) -> disjoint(name).calibration;
        };
    }

    List<Integer> evaluation(Selection selection) {
        return switch (selection) {
            case Selection.Everything _ -> all();
            case Selection.Drawn _ -> separate.isPresent()
                    ? all()
                    : flat(shuffled().subList(count(), groups(main).size())).stream().sorted().toList();
            case Selection.Named(String name) -> disjoint(name).evaluation;
        };
    }

    private record Chosen(List<Integer> calibration, List<Integer> evaluation) {}

    private List<Integer> all() {
        return IntStream.range(0, main.size()).boxed().toList();
    }

    /// The samples that belong together, by what they are a part of.
    private static SequencedMap<String, List<Integer>> groups(Samples source) {
        SequencedMap<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < source.size(); i++) {
            groups.computeIfAbsent(source.group(i), _ -> new ArrayList<>()).add(i);
        }
        return groups;
    }

    private static List<Integer> flat(List<List<Integer>> groups) {
        return groups.stream().flatMap(List::stream).toList();
    }

    private int count() {
        int count = description.division().count();
        int all = groups(main).size();
        if (count >= all) {
            throw problem("field 'calibration.count' is " + count + ", but there are only " + all
                    + (all == main.size() ? " samples" : " files"),
                    "Choose a smaller count, so that some are left to evaluate.");
        }
        return count;
    }

    /// Fisher and Yates, from the end; see [Dataset#calibration].
    private List<List<Integer>> shuffled() {
        SplittableRandom random = new SplittableRandom(description.division().seed());
        List<List<Integer>> groups = new ArrayList<>(groups(main).values());
        for (int i = groups.size(); i > 1; i--) {
            Collections.swap(groups, i - 1, random.nextInt(i));
        }
        return List.copyOf(groups);
    }

    private Chosen disjoint(String name) {
        Split split = description.division().splits().get(name);
        if (split == null) {
            throw problem("has no split '" + name + "'", description.division().splits().isEmpty()
                    ? "It has none at all: leave --split out."
                    : "Name one of: " + String.join(", ", description.division().splits().keySet()) + ".");
        }
        Samples source = separate.orElse(main);
        int offset = separate.isPresent() ? main.size() : 0;
        List<Integer> calibration = listed(split.calibration(), source).stream().map(i -> i + offset).toList();
        List<Integer> evaluation = listed(split.evaluation(), main);
        Set<Integer> both = new HashSet<>(calibration);
        both.retainAll(evaluation);
        if (!both.isEmpty()) {
            throw problem("split '" + name + "' names sample " + main.name(Collections.min(both))
                    + " both for calibration and for evaluation", "Remove it from one of the two files.");
        }
        return new Chosen(calibration, evaluation);
    }

    private List<Integer> listed(String name, Samples source) {
        Path file = description.resolve(name);
        Map<String, List<Integer>> byName = groups(source);
        List<Integer> chosen = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                List<Integer> found = byName.get(line.strip());
                if (found == null && !line.isBlank()) {
                    throw Problem.error("dataset-split", file.toString(),
                            "names the sample '" + line.strip() + "', which is not in the data",
                            "Write one file name or zero-based row a line.").toException();
                }
                if (found != null) {
                    chosen.addAll(found);
                }
            }
        } catch (IOException e) {
            throw new ProblemException(Problem.error("dataset-file-missing", file.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Correct the path of the split, which is relative to the description."), e);
        }
        return List.copyOf(chosen);
    }

    private ProblemException problem(String what, String remedy) {
        return Problem.error("dataset-split", description.file().toString(), what, remedy).toException();
    }
}
