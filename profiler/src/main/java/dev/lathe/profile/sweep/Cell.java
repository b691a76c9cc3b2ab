package dev.lathe.profile.sweep;

import dev.lathe.profile.load.Scenario;

/// One thing to measure: a setup under a load.
///
/// @param setup what runs
/// @param batch samples a query in single-stream; else the most that are batched together
/// @param scenario who asks when
public record Cell(Setup setup, int batch, Scenario scenario) {

    /// Checks the batch.
    public Cell {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch of " + batch);
        }
    }

    /// One query after the other, of so many samples.
    public Cell(Setup setup, int batch) {
        this(setup, batch, new Scenario.SingleStream());
    }

    /// Whether one query follows the other, so that the bench measures it in turns with others.
    public boolean isSingleStream() {
        return scenario instanceof Scenario.SingleStream;
    }

    /// In words: "static-int8, 2 threads, batch 4".
    public String words() {
        return setup.variant() + ", " + setup.words() + ", " + load();
    }

    /// The load alone, in words: "batch 4", "concurrency:8, batches up to 4".
    public String load() {
        return switch (scenario) {
            case Scenario.SingleStream _ -> "batch " + batch;
            case Scenario.Offline _ -> scenario.text();
            case Scenario.Concurrency _,Scenario.Server _ ->
                scenario.text() + (batch > 1 ? ", batches up to " + batch : "");
        };
    }
}
