package dev.lathe.optimize.factor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Which layers are split, and at which ranks: multiples of what the kernels like, and only where enough is saved.
///
/// @param layers the ways to split each layer
/// @param shares what part of the model's multiply-accumulates each layer is
/// @param multiple ranks are multiples of it
/// @param minSaving the part of a layer's multiply-accumulates that has to be saved
public record RankChoice(List<List<Split>> layers, List<Double> shares, int multiple, double minSaving) {

    /// Copies the lists.
    public RankChoice {
        layers = layers.stream().map(List::copyOf).toList();
        shares = List.copyOf(shares);
    }

    /// A layer to be split.
    public record Chosen(Split split, int rank) {

        /// What the two layers lose of the one's outputs.
        public double error() {
            return split.error(rank);
        }
    }

    /// All layers at one rank, rounded up.
    public List<Chosen> atRank(int rank) {
        return each(splits -> splits.stream().map(s -> new Chosen(s, up(rank))).filter(this::pays)
                .min(Comparator.comparingDouble(Chosen::error)));
    }

    /// All layers at the smallest rank that loses no more than this part of a layer's outputs.
    public List<Chosen> within(double error) {
        return each(splits -> splits.stream()
                .flatMap(s -> smallest(s, r -> s.error(r) <= error).map(r -> new Chosen(s, r)).stream())
                .filter(this::pays).min(Comparator.comparingDouble(c -> c.split().cost(c.rank()))));
    }

    private Optional<Integer> smallest(Split split, IntPredicate good) {
        for (int rank = multiple; rank <= split.most(); rank += multiple) {
            if (good.test(rank)) {
                return Optional.of(rank);
            }
        }
        return Optional.empty();
    }

    /// The ranks at which what is lost and what is calculated is least, where all multiply-accumulates of the model weigh as
    /// much as this part of a layer's outputs.
    public List<Chosen> atPrice(double price) {
        List<Chosen> chosen = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            double worth = price * shares.get(i);
            double best = worth;
            Optional<Chosen> found = Optional.empty();
            for (Split split : layers.get(i)) {
                for (int rank = multiple; rank <= split.most(); rank += multiple) {
                    double sum = split.error(rank) + worth * split.cost(rank);
                    if (sum < best && pays(new Chosen(split, rank))) {
                        best = sum;
                        found = Optional.of(new Chosen(split, rank));
                    }
                }
            }
            found.ifPresent(chosen::add);
        }
        return chosen;
    }

    /// The part of the model's multiply-accumulates that is saved.
    public double saving(List<Chosen> chosen) {
        double saved = 0;
        for (int i = 0; i < layers.size(); i++) {
            for (Chosen one : chosen) {
                if (layers.get(i).contains(one.split())) {
                    saved += shares.get(i) * (1 - one.split().cost(one.rank()));
                }
            }
        }
        return saved;
    }

    private interface Way {
        Optional<Chosen> of(List<Split> splits);
    }

    private List<Chosen> each(Way way) {
        return layers.stream().flatMap(splits -> way.of(splits).stream()).toList();
    }

    private boolean pays(Chosen chosen) {
        return chosen.rank() <= chosen.split().most()
                && chosen.split().cost(chosen.rank()) <= 1 - minSaving;
    }

    private int up(int rank) {
        return (rank + multiple - 1) / multiple * multiple;
    }
}
