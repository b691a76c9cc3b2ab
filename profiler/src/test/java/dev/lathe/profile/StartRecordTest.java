package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartRecordTest {
    @TempDir
    private Path folder;

    @Test
    void isReadWhereThereIsOne() throws IOException {
        Path record = Files.createFile(folder.resolve("worker.aot"));

        assertThat(StartRecord.options(record.toString(), "")).contains("-XX:AOTCache=" + record);
    }

    @Test
    void isDoneWithoutWhereThereIsNone() {
        assertThat(StartRecord.options("", "")).noneMatch(o -> o.startsWith("-XX:AOT"));
        assertThat(StartRecord.options(folder.resolve("missing.aot").toString(), ""))
                .noneMatch(o -> o.startsWith("-XX:AOT"));
    }

    @Test
    void isNotReadWhileAnotherIsMade() throws IOException {
        Path record = Files.createFile(folder.resolve("worker.aot"));

        assertThat(StartRecord.options(record.toString(), "new.recorded"))
                .contains("-XX:AOTMode=record", "-XX:AOTConfiguration=new.recorded")
                .doesNotContain("-XX:AOTCache=" + record);
    }
}
