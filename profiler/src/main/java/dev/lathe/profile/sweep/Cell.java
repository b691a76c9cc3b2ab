package dev.lathe.profile.sweep;

/// One thing to measure: a setup at a batch size.
///
/// @param setup what runs
/// @param batch samples a query
public record Cell(Setup setup, int batch) {

    /// Checks the batch.
    public Cell {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch of " + batch);
        }
    }

    /// In words: "static-int8, 2 threads, batch 4".
    public String words() {
        return setup.variant() + ", " + setup.words() + ", batch " + batch;
    }
}
