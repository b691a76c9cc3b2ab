package dev.lathe.app.engine;

import dev.lathe.evaluate.Selection;
import dev.lathe.profile.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What the history keeps of a request, in plain values, so that a run can be gone through again.
record AutoRequest(Plan plan, @Nullable String data, String selection, @Nullable Long sloP99Ns,
        @Nullable Double maxDrop,
        @Nullable Double usdPerHour, @Nullable String instance, List<String> recipes) {
    private static final String DRAWN = "default";
    private static final String ALL = "all";
    private static final String SPLIT = "split ";

    AutoRequest(Plan plan, AutoOptions options) {
        this(plan, options.data().description().map(d -> d.toAbsolutePath().toString()).orElse(null),
                name(options.data().selection()),
                options.goals().sloP99Ns().isPresent() ? options.goals().sloP99Ns().getAsLong() : null,
                options.goals().maxDrop().isPresent() ? options.goals().maxDrop().getAsDouble() : null,
                options.goals().usdPerHour().isPresent() ? options.goals().usdPerHour().getAsDouble() : null,
                options.goals().instance().orElse(null), options.effort().recipes());
    }

    private static String name(Selection selection) {
        return switch (selection) {
            case Selection.Drawn _ -> DRAWN;
            case Selection.Everything _ -> ALL;
            case Selection.Named(String name) -> SPLIT + name;
        };
    }

    AutoOptions options(Path model, AutoOptions.Output output) {
        Selection chosen = switch (selection) {
            case DRAWN -> Selection.DEFAULT;
            case ALL -> Selection.NONE;
            default -> Selection.split(selection.substring(SPLIT.length()));
        };
        return new AutoOptions(model, new AutoOptions.Data(Optional.ofNullable(data).map(Path::of), chosen),
                new AutoOptions.Goals(sloP99Ns == null ? OptionalLong.empty() : OptionalLong.of(sloP99Ns),
                        maxDrop == null ? OptionalDouble.empty() : OptionalDouble.of(maxDrop),
                        usdPerHour == null ? OptionalDouble.empty() : OptionalDouble.of(usdPerHour),
                        Optional.ofNullable(instance)),
                new AutoOptions.Effort(plan.budgetNs(), OptionalInt.of(plan.session().intraOpThreads()), recipes),
                output);
    }
}
