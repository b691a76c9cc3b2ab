/// The command line: parse, one call of the workbench, print. Results go to stdout, progress and logs to stderr.
/// No verb is implemented here. Start with [Main].
@NullMarked
package dev.lathe.app.cli;

import org.jspecify.annotations.NullMarked;
