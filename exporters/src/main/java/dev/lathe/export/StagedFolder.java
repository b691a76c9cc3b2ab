package dev.lathe.export;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder that is written beside its final place as `*.part` and moved there at once when it is complete. Closed without
/// [#publish], it and the parent folders made for it are gone.
final class StagedFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedFolder.class);
    private static final int BUFFER_BYTES = 1 << 20;
    /// How Linux, macOS and Windows say it.
    private static final List<String> DISK_FULL = List.of("No space left on device", "Disk quota exceeded",
            "not enough space on the disk");

    private final Path out;
    private final Path part;
    private final Deque<Path> madeParents;
    private boolean published;

    private StagedFolder(Path out, Path part, Deque<Path> madeParents) {
        this.out = out;
        this.part = part;
        this.madeParents = madeParents;
    }

    /// Makes the `*.part` folder, and the parents of `out` that are missing.
    static StagedFolder beside(Path out) throws IOException {
        Path absolute = out.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null || absolute.getFileName() == null) {
            throw new NoSuchFileException(absolute.toString(), null, "a root is no place for a bundle");
        }
        Path part = parent.resolve(absolute.getFileName() + "-" + shortRandom() + ".part");
        StagedFolder staged = new StagedFolder(absolute, part, missing(parent));
        try {
            Files.createDirectories(parent);
            Files.createDirectory(part);
        } catch (IOException e) {
            staged.close();
            throw e;
        }
        return staged;
    }

    /// The missing folders, the innermost first.
    private static Deque<Path> missing(Path folder) {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path p = folder; p != null && !Files.exists(p, LinkOption.NOFOLLOW_LINKS); p = p.getParent()) {
            missing.addLast(p);
        }
        return missing;
    }

    private static String shortRandom() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    /// Writes a new file below the folder.
    void write(String path, byte[] bytes) throws IOException {
        Files.write(place(path), bytes, StandardOpenOption.CREATE_NEW);
    }

    /// Copies a file to a new one below the folder.
    Manifest.Written copy(Path from, String path, Cancellation cancellation) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        long sizeBytes = 0;
        try (InputStream in = Files.newInputStream(from);
                OutputStream file = Files.newOutputStream(place(path), StandardOpenOption.CREATE_NEW)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                cancellation.throwIfCancelled();
                digest.update(buffer, 0, n);
                file.write(buffer, 0, n);
                sizeBytes += n;
            }
        }
        return new Manifest.Written(path, HexFormat.of().formatHex(digest.digest()), sizeBytes);
    }

    /// The same file under a second name: a hard link where the file system has them, a copy elsewhere.
    void again(String first, String second, Cancellation cancellation) throws IOException {
        Path target = place(second);
        try {
            Files.createLink(target, part.resolve(first));
        } catch (UnsupportedOperationException | IOException _) {
            Files.deleteIfExists(target);
            copy(part.resolve(first), second, cancellation);
        }
    }

    private Path place(String path) throws IOException {
        Path file = part.resolve(path);
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return file;
    }

    /// Moves the folder to its place. With `replace`, what is there is set aside first, comes back if the move fails, and is
    /// deleted if it succeeds.
    void publish(boolean replace) throws IOException {
        Path aside = null;
        if (replace && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            aside = out.resolveSibling(out.getFileName() + "-" + shortRandom() + ".old.part");
            Files.move(out, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            restore(aside, e);
            throw e;
        }
        published = true;
        forget(aside);
    }

    /// The new folder is in its place, so what is left of the old one is worth a line and no failure.
    private static void forget(@Nullable Path aside) {
        if (aside == null) {
            return;
        }
        try {
            deleteTree(aside);
        } catch (IOException e) {
            LOG.warn("{} was replaced and could not be deleted", aside, e);
        }
    }

    private void restore(@Nullable Path aside, IOException cause) {
        if (aside == null) {
            return;
        }
        try {
            Files.move(aside, out, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (published) {
            return;
        }
        deleteTree(part);
        for (Path parent : madeParents) {
            // Another process may have put something there meanwhile; then it stays.
            if (Files.isDirectory(parent) && isEmpty(parent)) {
                Files.delete(parent);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        }
    }

    /// Deletes a folder and what is in it, links themselves and not what they point to.
    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// What an input/output error of writing means to a user.
    static Problem trouble(Path out, IOException e) {
        String text = reason(e);
        if (DISK_FULL.stream().anyMatch(text::contains)) {
            return Problem.error("disk-full", out.toString(), "the disk is full, nothing was written",
                    "Free some space or choose another --out.");
        }
        if (e instanceof DirectoryNotEmptyException) {
            return exists(out);
        }
        return Problem.error("output-unwritable", out.toString(), "the bundle could not be written (" + text + ")",
                "Choose another --out.");
    }

    static Problem exists(Path out) {
        return Problem.error("output-exists", out.toString(), "it exists already",
                "Choose another --out or pass --force.");
    }

    /// The JDK's own messages of some exceptions are a path and nothing else.
    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException missing when missing.getReason() == null -> missing.getFile() + ": no such file";
            case FileAlreadyExistsException there when there.getReason() == null ->
                there.getFile() + ": a file is in the way";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
