package dev.lathe.base;

/// Expected trouble, said so that a user can act on it.
///
/// @param severity how much it matters
/// @param code kebab-case and permanent, for scripts: `external-data-missing`
/// @param where the file, node, tensor or option it is about; may be empty
/// @param what one clause without a full stop: what happened, with the value
/// @param remedy one sentence with a full stop: what to do; may be empty
public record Problem(Severity severity, String code, String where, String what, String remedy) {

    /// A problem that stops the step.
    public static Problem error(String code, String where, String what, String remedy) {
        return new Problem(Severity.ERROR, code, where, what, remedy);
    }

    /// A problem that is told and does not stop the step.
    public static Problem warning(String code, String where, String what, String remedy) {
        return new Problem(Severity.WARNING, code, where, what, remedy);
    }

    /// A remark.
    public static Problem note(String code, String where, String what) {
        return new Problem(Severity.NOTE, code, where, what, "");
    }

    /// The whole problem as text: `where: what. remedy`.
    public String sentence() {
        String head = where.isEmpty() ? what : where + ": " + what;
        return remedy.isEmpty() ? head + "." : head + ". " + remedy;
    }

    /// This problem as an exception, for code that cannot go on.
    public ProblemException toException() {
        return new ProblemException(this);
    }
}
