package dev.lathe.app.engine.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a run that goes on in a living process from one whose process was killed. Thread-safe.
///
/// A running run holds a lock on one byte of a shared file, at the offset of its row number; the operating system drops
/// it when the process ends, however it ends. Where a file system knows no locks, every run counts as free.
/// A store must not be opened twice in one process: on POSIX, closing one drops the locks of both.
final class RunLocks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunLocks.class);

    private final FileChannel channel;
    private final Map<Long, FileLock> held = new ConcurrentHashMap<>();

    private RunLocks(FileChannel channel) {
        this.channel = channel;
    }

    static RunLocks open(Path file) throws IOException {
        return new RunLocks(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /// Takes a run for this process.
    ///
    /// @return false if a living process has it, be it this one
    boolean take(long run) {
        try {
            FileLock lock = lockOf(run);
            if (lock != null) {
                held.put(run, lock);
            }
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        } catch (IOException e) {
            LOG.debug("no file locks here: run {} counts as free", run, e);
            return true;
        }
    }

    private @Nullable FileLock lockOf(long run) throws IOException {
        return channel.tryLock(run, 1, false);
    }

    /// Whether no living process has the run.
    boolean isFree(long run) {
        boolean free = !held.containsKey(run) && take(run);
        if (free) {
            release(run);
        }
        return free;
    }

    /// Gives a run back; harmless if it was not taken.
    void release(long run) {
        FileLock lock = held.remove(run);
        try {
            if (lock != null) {
                lock.release();
            }
        } catch (IOException e) {
            LOG.debug("run {} stays locked until this process ends", run, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
