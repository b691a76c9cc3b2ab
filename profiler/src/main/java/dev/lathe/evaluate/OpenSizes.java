package dev.lathe.evaluate;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Chooses a size for every dimension that is not fixed, the same for the same symbol; the rules are those of
/// [RandomInputs]. One for each sample, as it remembers.
final class OpenSizes {
    /// Side of the pictures that most classifiers were trained on.
    private static final long PICTURE_SIDE = 224;
    /// 32 ms of sound at 16 kHz, the window of voice detectors.
    private static final long WINDOW = 512;
    private static final Set<Long> PICTURE_CHANNELS = Set.of(1L, 3L, 4L);
    private static final Pattern SEQUENCE = Pattern.compile("seq|len|time|token|frame");

    private final int sequenceLength;
    private final Map<String, Long> bySymbol;

    OpenSizes(int sequenceLength, Map<String, Long> bySymbol) {
        this.sequenceLength = sequenceLength;
        this.bySymbol = new HashMap<>(bySymbol);
    }

    /// The input's shape; a scalar where none is declared.
    long[] shape(ValueInfo input) {
        List<Dim> dims = input.shape().orElse(List.of());
        long[] shape = new long[dims.size()];
        for (int i = 0; i < shape.length; i++) {
            int position = i;
            shape[i] = switch (dims.get(i)) {
                case Dim.Fixed(long size) -> size;
                case Dim.Any _ -> byPosition(dims, position, input.type());
                case Dim.Symbol(String name) ->
                    bySymbol.computeIfAbsent(name, n -> byName(n, dims, position, input.type()));
            };
        }
        return shape;
    }

    private long byName(String symbol, List<Dim> dims, int position, DataType type) {
        String name = symbol.toLowerCase(Locale.ROOT);
        if (name.contains("batch")) {
            return 1;
        }
        if (name.contains("past") && !name.contains("total")) {
            return 0;
        }
        return SEQUENCE.matcher(name).find() ? length(dims, type) : byPosition(dims, position, type);
    }

    private long byPosition(List<Dim> dims, int position, DataType type) {
        int rank = dims.size();
        boolean layers = dims.getFirst().fixed().orElse(1) > 1;
        if (position == 0 || (position == 1 && layers && rank == 3)) {
            return 1;
        }
        if (rank == 4 && picture(dims, position)) {
            return PICTURE_SIDE;
        }
        boolean series = position == 1 && (rank == 3 || rank == 2);
        return series ? length(dims, type) : 1;
    }

    private long length(List<Dim> dims, DataType type) {
        return (dims.size() == 2 && type == DataType.FLOAT) ? WINDOW : sequenceLength;
    }

    private static boolean picture(List<Dim> dims, int position) {
        boolean channelsFirst = PICTURE_CHANNELS.contains(dims.get(1).fixed().orElse(0));
        boolean channelsLast = PICTURE_CHANNELS.contains(dims.get(3).fixed().orElse(0));
        return channelsFirst ? position > 1 : (channelsLast && position < 3);
    }
}
