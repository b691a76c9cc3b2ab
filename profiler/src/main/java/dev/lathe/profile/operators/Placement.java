package dev.lathe.profile.operators;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// Where the nodes really ran: available is not used.
///
/// @param requested the execution provider asked for, by its full name: `CUDAExecutionProvider`
/// @param perProvider how many nodes each ran, the requested one first (0 where it ran none), then the most frequent
/// @param fallback the operators that ran elsewhere, in alphabetical order
public record Placement(String requested, SequencedMap<String, Integer> perProvider, List<String> fallback) {
    /// The provider that runs whatever nobody else does.
    public static final String CPU = "CPUExecutionProvider";
    private static final String ENDING = "ExecutionProvider";

    /// Copies the collections.
    public Placement {
        perProvider = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(perProvider));
        fallback = List.copyOf(fallback);
    }

    /// What a profile tells of it.
    public static Placement of(String requested, Trace trace) {
        List<Map.Entry<String, String>> ran = new ArrayList<>();
        trace.nodes().forEach(node -> ran.add(Map.entry(node.provider(), node.key().opType())));
        return of(requested, ran);
    }

    /// @param ran each node's provider and operator
    static Placement of(String requested, List<Map.Entry<String, String>> ran) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        Set<String> fallback = new TreeSet<>();
        ran.forEach(node -> {
            counts.merge(node.getKey(), 1, Integer::sum);
            if (!node.getKey().equals(requested)) {
                fallback.add(node.getValue());
            }
        });
        SequencedMap<String, Integer> sorted = new LinkedHashMap<>();
        sorted.put(requested, counts.getOrDefault(requested, 0));
        counts.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(e -> sorted.putIfAbsent(e.getKey(), e.getValue()));
        return new Placement(requested, sorted, List.copyOf(fallback));
    }

    /// How many nodes ran.
    public int nodes() {
        return perProvider.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// How many ran where they were asked to.
    public int placed() {
        return perProvider.getOrDefault(requested, 0);
    }

    /// Whether some did not run where they were asked to.
    public boolean fellBack() {
        return placed() < nodes();
    }

    /// A provider's name without its ending: `CUDA`.
    public static String shortName(String provider) {
        return provider.endsWith(ENDING) ? provider.substring(0, provider.length() - ENDING.length()) : provider;
    }

    /// `100 of 120 on CUDA, the rest on CPU: NonMaxSuppression, Resize`.
    public String words() {
        String head = placed() + " of " + nodes() + " on " + shortName(requested);
        if (!fellBack()) {
            return head;
        }
        List<String> others = perProvider.keySet().stream().filter(p -> !p.equals(requested)).map(Placement::shortName)
                .toList();
        return head + ", the rest on " + String.join(" and ", others) + ": " + String.join(", ", fallback);
    }
}
