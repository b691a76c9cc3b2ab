package dev.lathe.base;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Carries [Problem]s out of code that cannot return them. Caught once per job, and shown without a stack trace.
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /// One problem.
    public ProblemException(Problem problem) {
        this(List.of(problem));
    }

    /// Several problems, the first of them being the one to show if only one can be shown.
    public ProblemException(List<Problem> problems) {
        super(problems.stream().map(Problem::sentence).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /// One problem, with the exception that revealed it.
    public ProblemException(Problem problem, Throwable cause) {
        super(problem.sentence(), cause);
        this.problems = List.of(problem);
    }

    /// Throws the errors among these; does nothing where there is none.
    public static void throwErrors(Collection<Problem> problems) {
        List<Problem> errors = problems.stream().filter(p -> p.severity() == Severity.ERROR).toList();
        if (!errors.isEmpty()) {
            throw new ProblemException(errors);
        }
    }

    /// What went wrong; never empty.
    public List<Problem> problems() {
        return problems;
    }
}
