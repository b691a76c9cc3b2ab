package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What every source says in the same words.
final class SourceProblems {
    private SourceProblems() {}

    static ProblemException unreadable(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new ProblemException(Problem.error("dataset-file-missing", file.toString(), "there is no such file",
                    "Correct the path, which is relative to the description."), e);
        }
        return new ProblemException(
                Problem.error("dataset-file-unreadable", file.toString(),
                        "cannot be read (" + e.getClass().getSimpleName() + ")",
                        "Check that it is a file that may be read."),
                e);
    }
}
