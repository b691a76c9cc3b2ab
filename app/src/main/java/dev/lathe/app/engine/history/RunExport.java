package dev.lathe.app.engine.history;

import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A run for other programs.
public final class RunExport {
    private RunExport() {}

    /// What a run can be written as, by the end of the file's name: `CSV` raw samples, `HLOG` histograms of them for the
    /// tools of HdrHistogram, `JSON` everything.
    public enum Form {
        CSV, HLOG, JSON;

        /// The form that a file's name asks for.
        ///
        /// @throws ProblemException `export-form` if it ends otherwise
        public static Form of(Path file) {
            String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            return Arrays.stream(values()).filter(f -> name.endsWith(f.ending())).findFirst()
                    .orElseThrow(() -> Problem.error("export-form", file.toString(),
                            "the end of the name says how to write it, and this one is not known",
                            "Let it end in " + Arrays.stream(values()).map(Form::ending)
                                    .collect(Collectors.joining(", ")) + ".")
                            .toException());
        }

        private String ending() {
            return "." + name().toLowerCase(Locale.ROOT);
        }
    }

    /// Writes a run to a file, whole or not at all.
    ///
    /// @param run its name
    /// @param out its ending says the form
    /// @param force whether an existing file is replaced
    /// @return the number of raw samples
    /// @throws ProblemException `export-form`, `output-exists`, `output-unwritable`, or `run-unmeasured` where there is no
    ///         sample to write
    public static long write(RunStore store, RunId run, Path out, boolean force) {
        Form form = Form.of(out);
        if (!force) {
            check(out, "Choose another --out, or pass --force to replace it.");
        }
        RunDetail detail = RunDetail.of(store, run.text());
        List<Block> blocks = store.blocks(run);
        List<Path> logs = logs(store.workspace().runs().resolve(run.text()));
        if (blocks.isEmpty() && form != Form.JSON && (logs.isEmpty() || form != Form.CSV)) {
            throw Problem.error("run-unmeasured", run.text(), "the run has measured nothing, so there are no samples",
                    "Export it as .json for what it has.").toException();
        }
        Path part = out.resolveSibling(out.getFileName() + ".part");
        long samples = blocks.stream().mapToLong(b -> b.samples().size()).sum();
        try {
            try (OutputStream stream = Files.newOutputStream(part)) {
                if (blocks.isEmpty() && form == Form.CSV) {
                    Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
                    samples = LoadCsv.write(run.text(), logs, writer);
                } else {
                    write(form, detail, blocks, stream);
                }
            }
            Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ProblemException(Problem.error("output-unwritable", out.toString(),
                    "the file cannot be written there (" + e.getMessage() + ")", "Choose another --out."), e);
        } finally {
            discard(part);
        }
        return samples;
    }

    /// Whether a new file can be written there, so that nobody measures for nothing.
    ///
    /// @param remedy what to do where one is there already
    /// @throws ProblemException `export-form` or `output-exists`
    public static void check(Path out, String remedy) {
        Form.of(out);
        if (Files.exists(out)) {
            throw Problem.error("output-exists", out.toString(), "the output exists already",
                    remedy).toException();
        }
    }

    private static List<Path> logs(Path folder) {
        try {
            return LoadCsv.logs(folder);
        } catch (IOException e) {
            throw new ProblemException(Problem.error("run-unreadable", folder.toString(),
                    "the run's raw logs cannot be read (" + e.getMessage() + ")", "Mend the folder's permissions."),
                    e);
        }
    }

    private static void write(Form form, RunDetail detail, List<Block> blocks, OutputStream stream)
            throws IOException {
        switch (form) {
            case CSV -> {
                Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
                SampleCsv.write(blocks, writer);
                writer.flush();
            }
            case HLOG -> HdrLog.write(blocks,
                    "[Lathe run " + detail.result().run().id() + ", latencies in nanoseconds]", stream);
            case JSON -> RunJson.write(detail, blocks, new OutputStreamWriter(stream, StandardCharsets.UTF_8));
        }
    }

    private static void discard(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException _) {
            // it stays behind as *.part, which says what it is
        }
    }
}
