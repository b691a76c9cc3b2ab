package dev.lathe.profile.load;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/// Recorded arrival times, in nanoseconds after the first.
///
/// The file is a CSV whose first column holds timestamps in seconds (with as many decimals as there are), ascending, of
/// any origin; equal ones are a burst. A first line that is no number is a header; one that ends in `_ms`, `_us` or `_ns`
/// says the unit. Other columns are not looked at.
final class ArrivalTrace {
    private static final String REMEDY = "Give one timestamp a line, in seconds, ascending from 0 or later.";
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final long[] timesNs;

    private ArrivalTrace(Path file, long[] timesNs) {
        this.file = file;
        this.timesNs = timesNs;
    }

    /// Reads a trace.
    ///
    /// @throws ProblemException if the file cannot be read, is empty, malformed or out of order, naming it and the line
    static ArrivalTrace read(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file);
                CSVParser lines = CSVFormat.DEFAULT.builder().setTrim(true).get().parse(reader)) {
            return new ArrivalTrace(file, parse(file, lines));
        } catch (IOException | UncheckedIOException e) {
            boolean noText = e instanceof CharacterCodingException || e.getCause() instanceof CharacterCodingException;
            throw new ProblemException(noText
                    ? problem(file, "is not UTF-8 text", "Save it as UTF-8.")
                    : problem(file, "cannot be read as a trace (" + e.getMessage() + ")", REMEDY), e);
        }
    }

    private static long[] parse(Path file, CSVParser lines) {
        double unitNs = 1e9;
        long[] times = new long[1024];
        int n = 0;
        double first = 0;
        double before = 0;
        for (CSVRecord line : lines) {
            String text = n == 0 ? withoutMark(line.get(0)) : line.get(0);
            if (n == 0 && line.getRecordNumber() == 1 && isHeader(text)) {
                unitNs = unitNs(text);
                continue;
            }
            double time = number(file, lines.getCurrentLineNumber(), text);
            if (n == 0) {
                first = time;
            } else if (time < before) {
                throw problem(file, "line " + lines.getCurrentLineNumber() + ": " + text + " comes before the "
                        + before + " above it", REMEDY).toException();
            }
            if (n == times.length) {
                times = Arrays.copyOf(times, n * 2);
            }
            times[n++] = Math.round((time - first) * unitNs);
            before = time;
        }
        if (n == 0) {
            throw problem(file, "holds no timestamp", REMEDY).toException();
        }
        return Arrays.copyOf(times, n);
    }

    private static double number(Path file, long line, String text) {
        double time;
        try {
            time = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new ProblemException(problem(file, "line " + line + ": '" + text + "' is no timestamp", REMEDY), e);
        }
        if (!Double.isFinite(time)) {
            throw problem(file, "line " + line + ": '" + text + "' is no timestamp", REMEDY).toException();
        }
        if (time < 0) {
            throw problem(file, "line " + line + ": " + text + " is negative", REMEDY).toException();
        }
        return time;
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /// A header is a name: it starts with a letter.
    private static boolean isHeader(String text) {
        return !text.isEmpty() && Character.isLetter(text.charAt(0)) && !"NaN".equals(text)
                && !"Infinity".equals(text);
    }

    private static double unitNs(String header) {
        int underscore = header.lastIndexOf('_');
        return switch (underscore < 0 ? header : header.substring(underscore + 1)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            default -> 1e9;
        };
    }

    /// The times, stretched or shrunk to a mean rate if one is given.
    ///
    /// @throws ProblemException if all arrive at once, which no factor gives a rate
    long[] times(OptionalDouble ratePerSecond) {
        if (ratePerSecond.isEmpty()) {
            return timesNs.clone();
        }
        double factor = meanRatePerSecond() / ratePerSecond.getAsDouble();
        return Arrays.stream(timesNs).map(t -> Math.round(t * factor)).toArray();
    }

    /// Gaps between arrivals per second.
    ///
    /// @throws ProblemException if all arrive at once
    double meanRatePerSecond() {
        long lastNs = timesNs[timesNs.length - 1];
        if (lastNs == 0) {
            throw problem(file, "has all arrivals at one time, which is no rate",
                    "Leave the rate out, or name a trace of some length.").toException();
        }
        return (timesNs.length - 1) * 1e9 / lastNs;
    }

    private static Problem problem(Path file, String what, String remedy) {
        return Problem.error("trace-unreadable", file.toString(), what, remedy);
    }
}
