package dev.lathe.optimize.search;

import dev.lathe.profile.operators.OperatorProfile;
import java.nio.file.Path;
import java.util.List;

/// Tells what each operator of several models takes, profiled side by side on the same queries.
@FunctionalInterface
public interface Stopwatch {

    /// One profile each, in the order given.
    ///
    /// @throws dev.lathe.base.ProblemException if the runtime refuses a model
    List<OperatorProfile> profile(List<Path> models);
}
