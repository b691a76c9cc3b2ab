package dev.lathe.app.engine;

import dev.lathe.profile.BenchLog;
import dev.lathe.profile.Block;
import java.util.Optional;

/// The part of a log that one group of a sweep writes: what a bench keeps of itself is kept by group.
///
/// @param log of the whole run
/// @param group from 0; the first keeps its facts where a run without groups does
record GroupLog(BenchLog log, int group) implements BenchLog {

    private String own(String subject) {
        return subject.isEmpty() && group > 0 ? "(group " + (group + 1) + ")" : subject;
    }

    @Override
    public Optional<Block> block(Block.Key key) {
        return log.block(key);
    }

    @Override
    public void append(Block block) {
        log.append(block);
    }

    @Override
    public Optional<Long> fact(String subject, int fork, String name) {
        return log.fact(own(subject), fork, name);
    }

    @Override
    public void fact(String subject, int fork, String name, long value) {
        log.fact(own(subject), fork, name, value);
    }
}
