package dev.lathe.optimize.factor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A layer as two: what each rank costs and loses, and the weights of the two.
///
/// Of a convolution there are two: the kernel first, into `rank` channels, and a 1 x 1 convolution after it; or the 1 x 1 first
/// and the kernel after it, which pays where a layer has fewer outputs than inputs. The second one's ranks are judged on a
/// few rows of inputs, for its directions are those of the channels wherever they lie under the kernel.
public final class Split {
    private final LinearLayer layer;
    private final boolean pointFirst;
    private final boolean weighted;
    private final double[] mean;
    private final double[] errors;
    /// The largest rank that costs no more than the layer; factors are kept up to it.
    private final int most;
    private final float[] first;
    private final float[] second;

    private Split(LinearLayer layer, boolean pointFirst, InputPicture inputs) {
        this.layer = layer;
        this.pointFirst = pointFirst;
        this.weighted = inputs.isKnown();
        this.mean = inputs.mean();
        int places = layer.places();
        Projection projection = pointFirst
                ? Projection.of(stacked(), layer.outputs() * places, layer.channels(), inputs.channels(places))
                : Projection.of(layer.rows(), layer.outputs(), layer.width(), inputs.moment());
        this.errors = pointFirst && weighted ? errorsOnRows(projection, inputs) : errorsOfSpectrum(projection);
        this.most = Math.min(projection.full(), (int) (1 / cost(1)));
        this.first = floats(projection.first(most));
        this.second = floats(projection.second(most));
    }

    /// The ways to split a layer.
    ///
    /// @throws ArithmeticException if the numbers do not allow it
    static List<Split> of(LinearLayer layer, InputPicture inputs) {
        List<Split> splits = new ArrayList<>();
        splits.add(new Split(layer, false, inputs));
        if (layer.places() > 1 && layer.channels() > layer.outputs()) {
            splits.add(new Split(layer, true, inputs));
        }
        return splits;
    }

    /// The layer that is split.
    public LinearLayer layer() {
        return layer;
    }

    /// Whether the 1 x 1 convolution comes first.
    public boolean isPointFirst() {
        return pointFirst;
    }

    /// Whether inputs of calibration data were looked at.
    public boolean isWeighted() {
        return weighted;
    }

    /// The largest rank that costs no more than the layer.
    public int most() {
        return most;
    }

    /// What a rank costs, in parts of what the layer costs.
    public double cost(int rank) {
        long whole = (long) layer.outputs() * layer.width();
        long parts = pointFirst
                ? (long) rank * (layer.channels() * strides() + (long) layer.outputs() * layer.places())
                : (long) rank * (layer.width() + layer.outputs());
        return (double) parts / whole;
    }

    /// Positions that are read for each that is written.
    private long strides() {
        return layer.nodes().getFirst().intsAttribute("strides").orElse(List.of()).stream().reduce(1L, (a, b) -> a * b);
    }

    /// What a rank loses of the variance of the layer's outputs (of their power where there is no bias), in parts of it.
    public double error(int rank) {
        return rank >= errors.length ? 0 : errors[rank];
    }

    /// The weights of a Conv with a row for each output and place, as the kernel after the 1 x 1 needs them.
    private double[] stacked() {
        double[] rows = layer.rows();
        double[] stacked = new double[rows.length];
        int places = layer.places();
        int channels = layer.channels();
        for (int i = 0; i < rows.length; i++) {
            int output = i / places / channels;
            stacked[(output * places + i % places) * channels + i / places % channels] = rows[i];
        }
        return stacked;
    }

    private static double[] errorsOfSpectrum(Projection projection) {
        double[] curve = new double[projection.full()];
        for (int r = 0; r < curve.length; r++) {
            curve[r] = projection.error(r);
        }
        return curve;
    }

    /// Adds up what each direction brings to the outputs of the rows kept, from the last to the first.
    private double[] errorsOnRows(Projection projection, InputPicture inputs) {
        int full = projection.full();
        int places = layer.places();
        double[] in = projection.first(full);
        double[] out = projection.second(full);
        double[] lost = new double[full + 1];
        for (double[] row : inputs.rows()) {
            double[] inner = inner(in, full, row);
            double[] outputs = new double[layer.outputs()];
            for (int j = full - 1; j >= 0; j--) {
                double power = 0;
                for (int o = 0; o < outputs.length; o++) {
                    for (int p = 0; p < places; p++) {
                        outputs[o] += out[(o * places + p) * full + j] * inner[p * full + j];
                    }
                    power += outputs[o] * outputs[o];
                }
                lost[j] += power;
            }
        }
        double[] curve = new double[full];
        for (int r = 0; r < full; r++) {
            curve[r] = lost[0] == 0 ? 0 : lost[r] / lost[0];
        }
        return curve;
    }

    private double[] inner(double[] in, int full, double... row) {
        int places = layer.places();
        int channels = layer.channels();
        double[] inner = new double[places * full];
        for (int p = 0; p < places; p++) {
            for (int j = 0; j < full; j++) {
                double sum = 0;
                for (int c = 0; c < channels; c++) {
                    int at = c * places + p;
                    sum += in[j * channels + c] * (row[at] - mean[at]);
                }
                inner[p * full + j] = sum;
            }
        }
        return inner;
    }

    /// The two layers.
    ///
    /// @param first `[rank, channels]` for a matrix or a 1 x 1, `[rank, channels, places]` for a kernel
    /// @param second `[outputs, rank]` or `[outputs, rank, places]`
    /// @param shift what the bias has to add for the means to stay
    @SuppressWarnings("ArrayRecordComponent") // handed to the graph, never compared
    public record Factors(float[] first, float[] second, float[] shift) {}

    /// The two layers of a rank.
    public Factors factors(int rank) {
        float[] in = Arrays.copyOf(first, first.length / most * rank);
        float[] out = new float[second.length / most * rank];
        int places = pointFirst ? layer.places() : 1;
        for (int i = 0; i < out.length; i++) {
            int output = i / rank / places;
            int place = i / rank % places;
            int inner = i % rank;
            out[(output * rank + inner) * places + place] = second[(output * places + place) * most + inner];
        }
        return new Factors(in, out, shift(rank, in, out));
    }

    /// The mean of what is lost.
    private float[] shift(int rank, float[] in, float... out) {
        double[] rows = layer.rows();
        int width = layer.width();
        int places = layer.places();
        double[] inner = new double[pointFirst ? rank * places : rank];
        for (int r = 0; r < rank; r++) {
            for (int i = 0; i < width; i++) {
                if (pointFirst) {
                    inner[r * places + i % places] += in[r * layer.channels() + i / places] * mean[i];
                } else {
                    inner[r] += in[r * width + i] * mean[i];
                }
            }
        }
        float[] shift = new float[layer.outputs()];
        for (int o = 0; o < shift.length; o++) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += rows[o * width + i] * mean[i];
            }
            for (int i = 0; i < inner.length; i++) {
                sum -= out[o * inner.length + i] * inner[i];
            }
            shift[o] = (float) sum;
        }
        return shift;
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
