/// From a measurement to a decision: what a machine costs, and what an inference costs on it.
/// Nothing here measures; figures come in as estimates with intervals and leave as such.
/// Start with [PriceCatalogue] for the price and [CostModel] for the cost.
@NullMarked
package dev.lathe.serving;

import org.jspecify.annotations.NullMarked;
