/// What values of a model were over all calibration samples: extremes, histograms, figures by channel. The values
/// themselves are not kept, and nothing here decides a range; the optimizer does that. Start with [ValueStatistics].
@NullMarked
package dev.lathe.profile.statistics;

import org.jspecify.annotations.NullMarked;
