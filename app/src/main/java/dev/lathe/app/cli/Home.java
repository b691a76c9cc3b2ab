package dev.lathe.app.cli;

import dev.lathe.base.Problem;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that are shipped beside the program.
final class Home {
    private Home() {}

    static Path sample(String name) {
        Path file = Path.of(System.getProperty("lathe.home", ".")).resolve("app/samples").resolve(name);
        if (!Files.exists(file)) {
            throw Problem.error("sample-missing", file.toString(), "the shipped sample is not there",
                    "Start through ./lathe, or give a MODEL.").toException();
        }
        return file;
    }
}
