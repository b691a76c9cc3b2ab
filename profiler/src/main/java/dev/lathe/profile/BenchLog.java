package dev.lathe.profile;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a bench has measured so far; kept by the caller, so that an interrupted run goes on where it was.
public interface BenchLog {

    /// A block that was measured already.
    Optional<Block> block(Block.Key key);

    /// Keeps a block; durable when this returns.
    void append(Block block);

    /// A single figure kept earlier.
    Optional<Long> fact(String subject, int fork, String name);

    /// Keeps a single figure, such as the load time.
    void fact(String subject, int fork, String name, long value);

    /// A log in memory alone.
    static BenchLog inMemory() {
        return new BenchLog() {
            private final Map<Block.Key, Block> blocks = new HashMap<>();
            private final Map<String, Long> facts = new HashMap<>();

            @Override
            public Optional<Block> block(Block.Key key) {
                return Optional.ofNullable(blocks.get(key));
            }

            @Override
            public void append(Block block) {
                blocks.put(block.key(), block);
            }

            @Override
            public Optional<Long> fact(String subject, int fork, String name) {
                return Optional.ofNullable(facts.get(subject + "/" + fork + "/" + name));
            }

            @Override
            public void fact(String subject, int fork, String name, long value) {
                facts.put(subject + "/" + fork + "/" + name, value);
            }
        };
    }
}
