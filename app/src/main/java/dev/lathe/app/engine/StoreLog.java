package dev.lathe.app.engine;

import dev.lathe.app.engine.store.Fact;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Samples;
import dev.lathe.profile.BenchLog;
import dev.lathe.profile.Block;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A bench's log in the history: a block is durable before the next one starts.
final class StoreLog implements BenchLog {
    private static final String KIND = "latency";

    private final RunStore store;
    private final RunId run;
    private final Map<Block.Key, Block> blocks = new HashMap<>();
    private final Map<String, Long> facts = new HashMap<>();

    StoreLog(RunStore store, RunId run) {
        this.store = store;
        this.run = run;
        for (dev.lathe.app.engine.store.Block stored : store.blocks(run)) {
            Block.Key key = new Block.Key(stored.key().variantKey(), stored.key().fork(), stored.key().batch(),
                    stored.key().sequence());
            blocks.put(key,
                    new Block(key, stored.samples().toArray(), stored.wallNs(), stored.cpuNs(), stored.startedAt()));
        }
        for (Fact fact : store.facts(run)) {
            if (!fact.name().equals(EarlierRatios.FACT)) {
                facts.put(name(fact.variantKey(), fact.fork(), fact.name()), Long.parseLong(fact.json()));
            }
        }
    }

    private static String name(String subject, int fork, String name) {
        return subject + "\n" + fork + "\n" + name;
    }

    @Override
    public Optional<Block> block(Block.Key key) {
        return Optional.ofNullable(blocks.get(key));
    }

    @Override
    public void append(Block block) {
        Block.Key key = block.key();
        store.append(new dev.lathe.app.engine.store.Block(
                new dev.lathe.app.engine.store.Block.Key(run, key.subject(), key.fork(), KIND, key.batch(),
                        key.sequence()),
                Samples.of(block.samplesNs()), block.wallNs(), block.cpuNs(), block.startedAt()));
        blocks.put(key, block);
    }

    @Override
    public Optional<Long> fact(String subject, int fork, String name) {
        return Optional.ofNullable(facts.get(name(subject, fork, name)));
    }

    @Override
    public void fact(String subject, int fork, String name, long value) {
        store.putFact(new Fact(run, subject, fork, name, Long.toString(value)));
        facts.put(name(subject, fork, name), value);
    }
}
