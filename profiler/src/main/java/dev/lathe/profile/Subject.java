package dev.lathe.profile;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a bench measures: a model's file, how it is run, and the queries it gets.
///
/// @param key its name in this run: `original`, `static-int8`; the original's second copy is `original again`
/// @param model the file
/// @param packs queries by batch size; batch 1 is always there
/// @param session how the runtime runs it; as the plan says if empty
/// @param instances sessions of it that run at the same time, in one worker
/// @param declared what the user says of the model that its file does not say
public record Subject(String key, Path model, SortedMap<Integer, Path> packs, Optional<SessionSettings> session,
        int instances, Declared declared) {
    /// The key of the second copy of a subject, measured against itself to show what the bench can tell apart.
    public static final String AGAIN = " again";

    /// Copies the map.
    public Subject {
        packs = Collections.unmodifiableSortedMap(new TreeMap<>(packs));
        if (!packs.containsKey(1)) {
            throw new IllegalArgumentException("no queries of batch 1");
        }
    }

    /// A model whose file says all about itself, run as the plan says.
    public Subject(String key, Path model, SortedMap<Integer, Path> packs) {
        this(key, model, packs, Optional.empty(), 1, Declared.NOTHING);
    }

    /// The same subject, about which this is said.
    public Subject declared(Declared says) {
        return new Subject(key, model, packs, session, instances, says);
    }

    /// The same subject under another name, with single queries only: for measuring it against itself.
    public Subject again() {
        return new Subject(key + AGAIN, model, new TreeMap<>(packs.headMap(2)), session, instances, declared);
    }

    /// How it is run in a plan.
    public SessionSettings session(Plan plan) {
        return session.orElse(plan.session());
    }
}
