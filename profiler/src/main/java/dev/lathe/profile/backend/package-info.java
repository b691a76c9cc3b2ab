/// Runtimes that run models, one file each, used inside workers only.
/// What is measured and how is decided elsewhere: a backend opens a session and runs prepared queries.
/// Start with [Backend].
@NullMarked
package dev.lathe.profile.backend;

import org.jspecify.annotations.NullMarked;
