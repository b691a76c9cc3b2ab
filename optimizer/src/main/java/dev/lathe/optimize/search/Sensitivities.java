package dev.lathe.optimize.search;

import dev.lathe.base.Reading;
import java.util.Comparator;
import java.util.List;

/// What quantizing each layer costs and saves.
///
/// @param model name of the model
/// @param samples how many calibration samples judged the outputs
/// @param ranges how ranges were chosen, in words
/// @param wholeDb signal to noise of the outputs with all layers quantized, in dB
/// @param timed how times were told; or why they are not known
/// @param layers in the order of the graph
public record Sensitivities(String model, int samples, String ranges, double wholeDb, Reading<String> timed,
        List<Layer> layers) {

    /// Copies the list.
    public Sensitivities {
        layers = List.copyOf(layers);
    }

    /// One layer.
    ///
    /// @param node its name, or its first output where it has none: what `--exclude` takes
    /// @param operator its operator
    /// @param signalToNoiseDb of the worst output when this layer alone is quantized, in dB
    /// @param savedNs time of a query that it saves with all layers quantized, in nanoseconds; negative where it is slower on
    ///     integers
    /// @param parameters how many weights it has
    public record Layer(String node, String operator, double signalToNoiseDb, Reading<Saved> savedNs,
            long parameters) {

        /// Squared error of the worst output over its squares, when this layer alone is quantized.
        public double normalizedMse() {
            return Math.pow(10, -signalToNoiseDb / 10);
        }
    }

    /// Time saved.
    ///
    /// @param ns in nanoseconds a query; negative where time is lost
    /// @param shown whether that is more than the noise of the profile
    public record Saved(double ns, boolean shown) {}

    /// What the layers are sorted by.
    public enum Order {
        DAMAGE, TIME, TRADE, GRAPH
    }

    /// The layers in another order: what does most damage first, what saves most time first, what does most damage for the
    /// time it saves first, or as the graph has them.
    public List<Layer> sorted(Order order) {
        return switch (order) {
            case DAMAGE -> layers.stream().sorted(Comparator.comparingDouble(Layer::signalToNoiseDb)).toList();
            case TIME -> layers.stream().sorted(Comparator.comparingDouble((Layer l) -> -saved(l))).toList();
            case TRADE -> layers.stream().sorted(Comparator.comparingDouble((Layer l) -> -damagePerTime(l))).toList();
            case GRAPH -> layers;
        };
    }

    private static double saved(Layer layer) {
        return layer.savedNs().toOptional().map(Saved::ns).orElse(0.0);
    }

    /// A layer that saves nothing is not worth any damage. Where a time is not known it is taken for the mean of the others.
    double damagePerTime(Layer layer) {
        double mean = layers.stream().flatMap(l -> l.savedNs().toOptional().stream())
                .mapToDouble(s -> Math.max(0, s.ns())).average().orElse(1);
        double least = Math.max(1, mean / LEAST_PART);
        return layer.normalizedMse()
                / Math.max(least, layer.savedNs().toOptional().map(Saved::ns).orElse(mean));
    }

    /// Times below this part of the mean are noise, and divide by no more than that.
    private static final double LEAST_PART = 100;
}
