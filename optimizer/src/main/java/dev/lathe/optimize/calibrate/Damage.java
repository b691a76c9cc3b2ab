package dev.lathe.optimize.calibrate;

import dev.lathe.profile.statistics.ChannelStatistics;
import dev.lathe.profile.statistics.ValueStatistics;

/// What quantizing a value costs, told from its statistics alone.
public final class Damage {
    private static final double LOSSLESS_DB = 200;
    /// A channel with less than this part of the mean power of all is taken for dead.
    private static final double DEAD = 1e-6;

    private Damage() {}

    /// Signal to noise ratio of the value's channels, in dB: the noise of rounding over each channel's power, averaged over
    /// the channels. One scale for channels of very different sizes drowns the small ones, which is what ruins a model
    /// whose next operator reads each channel by itself.
    ///
    /// @param step the distance of two quantized numbers
    public static double channelDb(ValueStatistics statistics, double step) {
        if (statistics.channels().isEmpty()) {
            return LOSSLESS_DB;
        }
        ChannelStatistics channels = statistics.channels().get();
        double[] power = channels.meanSquare();
        double mean = 0;
        for (double p : power) {
            mean += p / power.length;
        }
        double sum = 0;
        int alive = 0;
        for (double p : power) {
            if (p > mean * DEAD) {
                sum += step * step / 12 / p;
                alive++;
            }
        }
        return alive == 0 ? LOSSLESS_DB : Math.min(LOSSLESS_DB, -10 * Math.log10(sum / alive));
    }
}
