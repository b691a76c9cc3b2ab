package dev.lathe.profile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What makes a short-lived worker's start cheap: a record of an earlier start, from which classes come loaded and linked
/// (JEP 483). The `lathe` script makes it after a build and says where it is; without it workers start as well, slower.
final class StartRecord {
    /// Property: the record to start workers from.
    static final String PROPERTY = "lathe.worker.start";
    /// Property: a file to record a worker's start in, while the script makes the record.
    static final String RECORDING = "lathe.worker.record";
    /// Ten times the usual thresholds: a worker that lives for three seconds never earns back what compiling takes for code
    /// that ran a few thousand times. Loops keep theirs. The `lathe` script gives the program the same.
    private static final List<String> SPARING = List.of("-XX:Tier3InvocationThreshold=2000",
            "-XX:Tier3MinInvocationThreshold=1000", "-XX:Tier3CompileThreshold=20000",
            "-XX:Tier4InvocationThreshold=50000", "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000");
    /// Counts of that one start would have methods compiled that other starts hardly run.
    private static final List<String> WITHOUT_COUNTS = List.of("-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTRecordTraining");

    private StartRecord() {}

    /// What the virtual machine of a worker is told that nothing is timed in.
    static List<String> options() {
        return options(System.getProperty(PROPERTY, ""), System.getProperty(RECORDING, ""));
    }

    static List<String> options(String record, String recording) {
        List<String> options = new ArrayList<>(SPARING);
        if (!recording.isEmpty()) {
            options.addAll(WITHOUT_COUNTS);
            options.addAll(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording));
        } else if (!record.isEmpty() && Files.isRegularFile(Path.of(record))) {
            options.addAll(List.of("-XX:AOTCache=" + record, "-Xlog:aot*=off", "-Xlog:cds*=off"));
        }
        return options;
    }
}
