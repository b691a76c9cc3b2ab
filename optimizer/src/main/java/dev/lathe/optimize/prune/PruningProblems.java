package dev.lathe.optimize.prune;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What can be wrong with, or is to be said of, pruning.
final class PruningProblems {
    private static final int NAMED = 4;

    private PruningProblems() {}

    /// @param unselected of the groups that can be cut, those that are not to be
    /// @param otherTypes of the others, those with weights that are not 32-bit floats
    static Problem nothing(DependencyGraph dependencies, int multiple, int unselected, int otherTypes) {
        String frozen = dependencies.frozen().isEmpty() ? "" : ": " + reasons(dependencies.frozen());
        return dependencies.groups().isEmpty()
                ? Problem.error("nothing-to-prune", "",
                        "nothing to prune: no channels with weights can be cut" + frozen,
                        "Leave the variant out.")
                : nothingLeft(dependencies.groups().size(), multiple, unselected, otherTypes);
    }

    private static Problem nothingLeft(int groups, int multiple, int unselected, int otherTypes) {
        int narrow = groups - unselected - otherTypes;
        List<String> why = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        if (unselected > 0) {
            why.add(unselected + " not selected");
            remedies.add("widen include or exclude less");
        }
        if (otherTypes > 0) {
            why.add(otherTypes + " with weights that are not float32");
            remedies.add("prune the float32 model and convert the result");
        }
        if (narrow > 0) {
            why.add(narrow + " with a single unit or none that a multiple of " + multiple + " could spare");
            remedies.add("lower round-to");
        }
        String remedy = String.join(", ", remedies) + ", or leave the variant out.";
        return Problem.error("nothing-to-prune", "",
                "nothing left to prune of " + groups + " groups of channels: " + String.join(", ", why),
                remedy.substring(0, 1).toUpperCase(Locale.ROOT) + remedy.substring(1));
    }

    private static String reasons(List<FrozenGroup> frozen) {
        String named = frozen.stream().limit(NAMED).map(f -> f.name() + " (" + f.width() + ": " + f.why() + ")")
                .collect(Collectors.joining(", "));
        return frozen.size() > NAMED ? named + " and " + (frozen.size() - NAMED) + " more" : named;
    }

    static Problem frozen(List<FrozenGroup> frozen) {
        return Problem.note("not-prunable", "", "channels that cannot be cut: " + reasons(frozen));
    }

    static Problem empty(ChannelGroup group, double ratio) {
        return Problem.error("width-zero", group.name(), "the ratio " + ratio + " would leave none of its "
                + group.width() + " channels", "Use less than 1.");
    }

    static Problem unknown(String name, DependencyGraph dependencies) {
        return Problem.error("unknown-group", name, "there is no group of channels of this name",
                "Use names of these, or globs: " + dependencies.groups().stream().limit(2L * NAMED)
                        .map(ChannelGroup::name).collect(Collectors.joining(", ")) + ".");
    }

    static Problem noData() {
        return Problem.warning("no-calibration-data", "",
                "no calibration data: channels were chosen by their weights alone and nothing was fitted afterwards",
                "Give --data with samples of real inputs.");
    }

    static Problem needsData(Importance importance) {
        return Problem.error("no-calibration-data", "",
                "the importance " + importance.label() + " needs calibration data and got none",
                "Give --data with samples of real inputs that it sets apart, or look at the weights alone, which costs far"
                        + " more accuracy: --pass prune-channels:macs=0.3,importance=l1 (or l2, geometric-median).");
    }

    static Problem shortOf(double removed, double wanted) {
        return Problem.warning("macs-not-reached", "",
                percent(removed) + " of the multiply-accumulates were removed, not " + percent(wanted)
                        + ": no more can be cut",
                "Lower round-to, or ask for less.");
    }

    /// What a goal in time should come to.
    static Problem expected(double removed) {
        return Problem.note("expected-time", "", percent(removed)
                + " of the operators' time should be gone, if each takes as much less as it computes less");
    }

    static Problem noTimes() {
        return Problem.warning("no-operator-times", "",
                "what each operator takes on this machine was not measured: multiply-accumulates stand in for time",
                "Make the variant with optimize or auto, which measure it, or ask for macs.");
    }

    /// @param held whether these are samples that no weight was fitted to
    static Problem damage(double before, double after, int samples, boolean held) {
        return Problem.note("pruning-damage", "", "squared error of the outputs, of what they vary by, on " + samples
                + " calibration samples" + (held ? " that nothing was fitted to: " : ": ") + percent(before)
                + " when cut, " + percent(after) + " after fitting");
    }

    static Problem narrowed(String groups) {
        return Problem.note("pruned-widths", "", "channels left: " + groups);
    }

    static String percent(double part) {
        return String.format(Locale.ROOT, part < 0.1 ? "%.2f %%" : "%.0f %%", 100 * part);
    }
}
