package dev.lathe.optimize.prune;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// How channels are weighed against the others of their group: `L1` and `L2`, the size of the weights that make them;
/// `GEOMETRIC_MEDIAN`, how unlike the others these weights are; `ACTIVATION_VARIANCE`, how much what they hold differs over
/// calibration data; `RECONSTRUCTION`, what the layers that read them lose after their weights have made up for them.
public enum Importance {
    @JsonProperty("l1")
    L1(false), //
    @JsonProperty("l2")
    L2(false), //
    @JsonProperty("geometric-median")
    GEOMETRIC_MEDIAN(false), //
    @JsonProperty("activation-variance")
    ACTIVATION_VARIANCE(true), //
    @JsonProperty("reconstruction")
    RECONSTRUCTION(true);

    private final boolean needsData;

    Importance(boolean needsData) {
        this.needsData = needsData;
    }

    /// Whether it looks at activations.
    public boolean needsData() {
        return needsData;
    }

    /// As options write it.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
