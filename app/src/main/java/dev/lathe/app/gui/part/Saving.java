package dev.lathe.app.gui.part;

import java.io.IOException;
import java.nio.file.Path;

/// Writes files beside the window's thread, and tells the user where one cannot be written.
public interface Saving {

    /// Writes one file.
    interface Work {
        /// Writes it.
        ///
        /// @throws IOException if it cannot be written
        void write(Path file) throws IOException;
    }

    /// Has a file written.
    void save(Path file, Work work);
}
