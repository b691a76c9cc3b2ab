package dev.lathe.app.gui.work;

import dev.lathe.app.engine.MeasureRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import javafx.beans.property.ObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The models that are held side by side on several screens: the open one, which the others are held against, then the
/// variants that a run has made of it, and files that were added.
public final class Sides {
    private final ObservableList<Side> all = FXCollections.observableArrayList();

    /// A model.
    ///
    /// @param name what it is called on every screen
    public record Side(String name, Path file) {}

    Sides(Engine engine, JobRunner runner, Choices choices, ObjectProperty<Optional<Report>> shown) {
        choices.model().subscribe(model -> {
            all.clear();
            add(model.stream().toList());
        });
        shown.subscribe(report -> report.ifPresent(r -> runner.aside(() -> engine.files(r.run()), outcome -> {
            if (outcome instanceof Outcome.Done<SequencedMap<String, Path>> done
                    && choices.model().get().filter(r.model()::equals).isPresent()) {
                done.value().forEach(this::add);
            }
        })));
    }

    /// Adds files, by the names that `lathe measure` gives them; those that are there already are passed over.
    public void add(List<Path> files) {
        files.forEach(file -> add(MeasureRequest.names(List.of(file)).getFirst(), file));
    }

    /// Adds a model, unless it is there already.
    public void add(String name, Path file) {
        if (all.stream().anyMatch(m -> m.file().equals(file))) {
            return;
        }
        String free = name;
        for (int i = 2; names().contains(free); i++) {
            free = name + " (" + i + ")";
        }
        all.add(new Side(free, file));
    }

    /// Takes a model out; the first stays, since the others are held against it.
    public void remove(String name) {
        int index = names().indexOf(name);
        if (index > 0) {
            all.remove(index);
        }
    }

    /// All, the open one first.
    public ObservableList<Side> all() {
        return all;
    }

    /// Their names.
    public List<String> names() {
        return all.stream().map(Side::name).toList();
    }

    /// Their files.
    public List<Path> files() {
        return all.stream().map(Side::file).toList();
    }

    /// Files by names, in order.
    public SequencedMap<String, Path> byName() {
        SequencedMap<String, Path> map = new LinkedHashMap<>();
        all.forEach(s -> map.put(s.name(), s.file()));
        return map;
    }
}
