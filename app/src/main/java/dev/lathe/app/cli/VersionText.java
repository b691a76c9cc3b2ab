package dev.lathe.app.cli;

import dev.lathe.app.engine.Version;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[]{
            "lathe " + Version.TEXT + ", Java " + Runtime.version()};
    }
}
