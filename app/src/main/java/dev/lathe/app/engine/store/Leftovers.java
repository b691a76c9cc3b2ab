package dev.lathe.app.engine.store;

import java.nio.file.Path;
import java.util.List;

/// Files and folders of a workspace that no run refers to any more.
///
/// @param items one each
public record Leftovers(List<Item> items) {

    /// Copies the list.
    public Leftovers {
        items = List.copyOf(items);
    }

    /// What is left over.
    ///
    /// @param path relative to the workspace's root
    /// @param kind `variant`, `bundle`, `raw log`, or `unfinished file`
    /// @param sizeBytes with all that is inside
    public record Item(Path path, String kind, long sizeBytes) {}

    /// All sizes together.
    public long sizeBytes() {
        return items.stream().mapToLong(Item::sizeBytes).sum();
    }
}
