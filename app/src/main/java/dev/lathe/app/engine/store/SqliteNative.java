package dev.lathe.app.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/// Unpacks SQLite's native library once into the cache folder.
///
/// Left alone, the driver unpacks a new copy at every start, and a killed process leaves its copy behind for good.
final class SqliteNative {
    private static final String TEMPORARY_FOLDER = "org.sqlite.tmpdir";
    private static final String LIBRARY_FOLDER = "org.sqlite.lib.path";

    private SqliteNative() {}

    /// Tells the driver where its library lies, unless the user told it already; without effect once it is loaded.
    ///
    /// If the library cannot be unpacked here, the driver unpacks its own temporary copy.
    ///
    /// @throws IOException if the cache folder cannot be written
    static void unpackInto(Path cache) throws IOException {
        if (System.getProperty(TEMPORARY_FOLDER) == null) {
            System.setProperty(TEMPORARY_FOLDER, cache.toString());
        }
        if (System.getProperty(LIBRARY_FOLDER) != null) {
            return;
        }
        String name = LibraryLoaderUtil.getNativeLibName();
        // Not beside the driver's own copies: at every start it deletes what is named so and has no lock file.
        Path folder = cache.resolve("native").resolve("sqlite-" + SQLiteJDBCLoader.getVersion())
                .resolve(OSInfo.getNativeLibFolderPathForCurrentOS());
        Path library = folder.resolve(name);
        if (!Files.exists(library) && !unpack(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name, library)) {
            return;
        }
        System.setProperty(LIBRARY_FOLDER, folder.toString());
    }

    private static boolean unpack(String resource, Path library) throws IOException {
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (in == null) {
                return false;
            }
            Path folder = Files.createDirectories(library.resolveSibling("").normalize());
            Path part = Files.createTempFile(folder, "sqlite", ".part");
            try {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            return true;
        }
    }
}
