package dev.lathe.app.engine.history;

import dev.lathe.app.engine.store.Block;
import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/// Raw samples as CSV (RFC 4180), one row a query.
final class SampleCsv {
    static final List<String> COLUMNS = List.of("run", "subject", "kind", "fork", "batch", "sequence", "index",
            "latency_ns", "block_started", "block_wall_ns", "block_cpu_ns");

    private SampleCsv() {}

    static void write(List<Block> blocks, Appendable out) throws IOException {
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180);
        csv.printRecord(COLUMNS);
        for (Block block : blocks) {
            Block.Key key = block.key();
            for (int i = 0; i < block.samples().size(); i++) {
                csv.printRecord(key.run(), key.variantKey(), key.kind(), key.fork(), key.batch(), key.sequence(), i,
                        block.samples().at(i), block.startedAt(), block.wallNs(), block.cpuNs());
            }
        }
        csv.flush();
    }
}
