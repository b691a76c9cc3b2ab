package dev.lathe.optimize.factor;

import java.util.List;

/// What a layer's inputs are like.
///
/// @param moment mean products of each two inputs about `mean`, row by row; empty where no data was seen, and all inputs
///     count the same
/// @param mean what a bias can make up for; zeros where the layer has no bias
/// @param rows a few inputs
@SuppressWarnings("ArrayRecordComponent") // handed on within this package, never compared
record InputPicture(double[] moment, double[] mean, List<double[]> rows) {

    /// Copies the list.
    InputPicture {
        rows = List.copyOf(rows);
    }

    /// Nothing is known.
    static InputPicture none(int width) {
        return new InputPicture(new double[0], new double[width], List.of());
    }

    boolean isKnown() {
        return moment.length > 0;
    }

    /// The same of the channels under the kernel, of which each place is as likely as the others.
    ///
    /// @param places of the kernel
    double[] channels(int places) {
        int width = mean.length;
        int channels = width / places;
        double[] mixed = new double[isKnown() ? channels * channels : 0];
        for (int i = 0; i < channels && isKnown(); i++) {
            for (int j = 0; j < channels; j++) {
                for (int p = 0; p < places; p++) {
                    mixed[i * channels + j] += moment[(i * places + p) * width + j * places + p] / places;
                }
            }
        }
        return mixed;
    }
}
