package dev.lathe.profile.operators;

import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.profile.stats.Estimate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which operators of a variant gained and lost time against the model it was made of.
///
/// Nodes are matched by what they stand for in the base's file, through the variant's recipe and both fusions: nodes that
/// stand for the same work make one pair, several against one where one of the two is fused further. What matches nothing
/// is listed, not guessed.
///
/// @param base name of the model held against
/// @param other name of the variant
/// @param pairs those that match, what gained most first
/// @param onlyBefore nodes of the base alone, the longest first
/// @param onlyAfter nodes of the variant alone, the longest first: conversions between precisions, for one
public record ProfileComparison(String base, String other, List<Pair> pairs, List<OperatorTime> onlyBefore,
        List<OperatorTime> onlyAfter) {

    /// Copies the lists.
    public ProfileComparison {
        pairs = List.copyOf(pairs);
        onlyBefore = List.copyOf(onlyBefore);
        onlyAfter = List.copyOf(onlyAfter);
    }

    /// Some work, in the base and in the variant.
    ///
    /// @param label the longest node of the base
    /// @param operatorBefore operators in the base, the longest first, joined by ` + `
    /// @param operatorAfter operators in the variant, likewise
    /// @param before time of one query, in nanoseconds, all its nodes added up
    /// @param after time of one query, in nanoseconds, all its nodes added up
    public record Pair(String label, String operatorBefore, String operatorAfter, Estimate before, Estimate after) {

        /// Nanoseconds that the variant saves; negative where it takes longer.
        public double gainNs() {
            return before.value() - after.value();
        }

        /// Whether the intervals lie apart; if not, no difference is shown.
        public boolean isShown() {
            return before.interval().high() < after.interval().low()
                    || after.interval().high() < before.interval().low();
        }
    }

    /// Compares two profiles that were made side by side.
    ///
    /// @param baseModel the base as it is in its file, which tells how the variant's nodes came from it
    /// @param otherModel the variant as it is in its file
    public static ProfileComparison of(OperatorProfile base, OperatorProfile other, Model baseModel,
            Model otherModel) {
        return new Matching(base, other, lineage(baseModel, otherModel)).compare();
    }

    /// For the label of each node of the variant, the labels of the base's nodes it stands for.
    private static Map<String, List<String>> lineage(Model base, Model other) {
        Fusion made = new Fusion(base.graph(), other.graph());
        Map<String, List<String>> lineage = new HashMap<>();
        other.graph().allNodes()
                .forEach(n -> lineage.putIfAbsent(n.label(), made.of(n).stream().map(Node::label).toList()));
        return lineage;
    }

    /// The pairs that gained most, at most so many, without those that lost.
    public List<Pair> gained(int most) {
        return pairs.stream().filter(p -> p.gainNs() > 0).limit(most).toList();
    }

    /// The pairs that lost most, at most so many, the worst first.
    public List<Pair> lost(int most) {
        return pairs.reversed().stream().filter(p -> p.gainNs() < 0).limit(most).toList();
    }
}
