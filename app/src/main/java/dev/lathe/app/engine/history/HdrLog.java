package dev.lathe.app.engine.history;

import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.Samples;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/// Latencies as a log of HdrHistogram (http://hdrhistogram.org): an interval histogram a block, in nanoseconds, tagged with
/// its subject, so that HdrHistogram's own tools draw it. Values are kept to three significant digits.
final class HdrLog {
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double NS_PER_MS = 1e6;
    /// What a tag may not hold; a slash sets the batch off.
    private static final Pattern NOT_IN_TAGS = Pattern.compile("[\\s,/]+");

    private HdrLog() {}

    static void write(List<Block> blocks, String comment, OutputStream out) {
        List<Block> inTime = blocks.stream().filter(b -> b.samples().size() > 0)
                .sorted(Comparator.comparing(Block::startedAt)).toList();
        long baseMs = inTime.isEmpty() ? 0 : inTime.getFirst().startedAt().toEpochMilli();
        HistogramLogWriter log = new HistogramLogWriter(out);
        log.outputComment(comment);
        log.outputLogFormatVersion();
        log.outputStartTime(baseMs);
        log.outputBaseTime(baseMs);
        log.setBaseTime(baseMs);
        log.outputLegend();
        inTime.forEach(block -> log.outputIntervalHistogram(histogram(block)));
        log.close();
    }

    private static Histogram histogram(Block block) {
        Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
        histogram.setAutoResize(true);
        Samples samples = block.samples();
        for (int i = 0; i < samples.size(); i++) {
            histogram.recordValue(samples.at(i));
        }
        long startMs = block.startedAt().toEpochMilli();
        histogram.setStartTimeStamp(startMs);
        histogram.setEndTimeStamp(startMs + (long) Math.ceil(block.wallNs() / NS_PER_MS));
        histogram.setTag(tag(block.key()));
        return histogram;
    }

    /// The subject; with the batch where it is above 1 and the kind where it is no latency, since they are not to be mixed.
    static String tag(Block.Key key) {
        String subject = NOT_IN_TAGS.matcher(key.variantKey()).replaceAll("-");
        return subject + (key.batch() > 1 ? "/batch-" + key.batch() : "")
                + (key.kind().equals("latency") ? "" : "/" + NOT_IN_TAGS.matcher(key.kind()).replaceAll("-"));
    }
}
