package dev.lathe.graph;

import dev.lathe.base.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/// A file mapped for reading, unmapped when nothing refers to it any more.
/// Its size and time of change are looked at again before each use, because reading beyond the end of a file that was
/// cut short meanwhile would end the process.
public final class MappedFile {
    private final Path path;
    private final long sizeBytes;
    private final FileTime modified;
    private final MemorySegment whole;

    private MappedFile(Path path, long sizeBytes, FileTime modified, MemorySegment whole) {
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.modified = modified;
        this.whole = whole;
    }

    /// Maps a file of any size.
    ///
    /// @throws IOException if it cannot be opened
    public static MappedFile open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            FileTime modified = Files.getLastModifiedTime(path);
            MemorySegment whole = size == 0
                    ? MemorySegment.NULL
                    : channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
            return new MappedFile(path, size, modified, whole);
        }
    }

    /// Where the file is.
    public Path path() {
        return path;
    }

    /// Its size when it was mapped, in bytes.
    public long sizeBytes() {
        return sizeBytes;
    }

    /// The whole mapping, unchecked.
    public MemorySegment whole() {
        return whole;
    }

    /// A part of the file.
    ///
    /// @throws dev.lathe.base.ProblemException if the file changed since it was mapped
    public MemorySegment slice(long offset, long length) {
        checkUnchanged();
        return length == 0 ? MemorySegment.NULL : whole.asSlice(offset, length);
    }

    private void checkUnchanged() {
        try {
            if (Files.size(path) == sizeBytes && Files.getLastModifiedTime(path).equals(modified)) {
                return;
            }
        } catch (IOException _) {
            // falls through: a file that is gone has changed
        }
        throw Problem.error("file-changed", path.toString(), "the file changed while it was in use",
                "Start again with the file as it is now.").toException();
    }
}
