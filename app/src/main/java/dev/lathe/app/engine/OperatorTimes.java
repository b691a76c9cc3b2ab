package dev.lathe.app.engine;

import dev.lathe.base.Reading;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a query of a model and each of its operators take: what a guess at the time of a smaller one starts from.
///
/// @param query one query, without profiling where that was timed, in nanoseconds
/// @param nodes the nodes that ran
/// @param threads how many the runtime had
public record OperatorTimes(Estimate query, List<NodeTime> nodes, int threads) {

    /// Copies the list.
    public OperatorTimes {
        nodes = List.copyOf(nodes);
    }

    /// One node that ran.
    ///
    /// @param sources labels of the model's nodes that it stands for, the main one first
    /// @param ns of one query, the median
    public record NodeTime(List<String> sources, double ns) {

        /// Copies the list.
        public NodeTime {
            sources = List.copyOf(sources);
        }

        private Optional<Double> left(Map<String, Double> parts) {
            return sources.stream().filter(parts::containsKey).findFirst().map(parts::get);
        }
    }

    /// Those of a profile.
    public static OperatorTimes of(OperatorProfile profile) {
        Estimate query = profile.times().plain() instanceof Reading.Known<Estimate>(Estimate plain, _)
                ? plain
                : profile.times().session();
        return new OperatorTimes(query, profile.nodes().stream()
                .map(n -> new NodeTime(n.identity().sources(), n.perQuery().value())).toList(),
                profile.origin().session().intraOpThreads());
    }

    /// Those of a profile that the history keeps; empty if it holds none.
    static Optional<OperatorTimes> of(JsonNode profile) {
        JsonNode plain = profile.path("timesNs").path("plain");
        JsonNode query = plain.path("value").isNumber() ? plain : profile.path("timesNs").path("session");
        List<NodeTime> nodes = new ArrayList<>();
        profile.path("nodes").forEach(n -> nodes.add(new NodeTime(
                n.path("sources").valueStream().map(s -> s.asString("")).toList(),
                n.path("perQueryNs").path("value").asDouble(0))));
        if (!query.path("value").isNumber() || nodes.isEmpty()) {
            return Optional.empty();
        }
        double value = query.path("value").asDouble();
        return Optional.of(new OperatorTimes(new Estimate(value, new Interval(query.path("low").asDouble(value),
                query.path("high").asDouble(value)), query.path("n").asInt(0)), nodes,
                profile.path("session").path("intraOpThreads").asInt(0)));
    }

    /// A guess at the time of a query, in nanoseconds: nodes take as much less as they multiply less, all others what they
    /// take now, and what the runtime does between them shrinks like all of them together.
    ///
    /// @param left the part that is left of nodes' multiply-accumulates, in 0..1, by their labels
    public double estimatedNs(Map<String, Double> left) {
        double before = nodes.stream().mapToDouble(NodeTime::ns).sum();
        double after = nodes.stream().mapToDouble(n -> n.ns() * n.left(left).orElse(1.0)).sum();
        return before > 0 ? query.value() * after / before : query.value();
    }

    /// The part of the nodes' time that shrinks with multiply-accumulates, in 0..1.
    public double shrinkingShare(Map<String, Double> left) {
        double all = nodes.stream().mapToDouble(NodeTime::ns).sum();
        return all > 0 ? nodes.stream().filter(n -> n.left(left).isPresent()).mapToDouble(NodeTime::ns).sum() / all : 0;
    }
}
