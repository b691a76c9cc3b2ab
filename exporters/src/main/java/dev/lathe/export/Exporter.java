package dev.lathe.export;

import dev.lathe.base.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/// One deployment format. Stateless, pure, and found by the service loader.
public interface Exporter {

    /// What a list of formats shows.
    ExporterInfo info();

    /// Whether this format can say that a model runs on a target; one that cannot is left out of a bundle made for it.
    ///
    /// @param target as [ServingChoice#target()]
    boolean serves(String target);

    /// What stands in the way (errors) and what a user should know (warnings); all of it at once.
    List<Problem> check(Deployment deployment);

    /// The files. Pure and deterministic; called only when [#check] gave no error.
    List<ExportFile> render(Deployment deployment);

    /// All formats, ordered by id.
    static List<Exporter> all() {
        return ServiceLoader.load(Exporter.class, Exporter.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).sorted(Comparator.comparing(e -> e.info().id())).toList();
    }
}
