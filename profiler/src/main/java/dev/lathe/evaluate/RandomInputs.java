package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Inputs for models without data: random, typed, seeded, and of a kind the model can run on.
///
/// *Values*, by type and name: float types are drawn from a normal distribution (0, 1); whole numbers named `…ids`,
/// `…tokens` are drawn from 1 to below the vocabulary; names with `mask` are 1; `token_type`, `segment` are 0;
/// `position` counts from 0; a scalar `sr` or `…rate` is 16000; 8-bit numbers are drawn from their whole range, other
/// whole numbers from 0 to 9, booleans from both. Nothing else is all zeros.
///
/// *Sizes that are not fixed*: those of [#sizes] by their symbol; a first dimension, or one named `batch…`, is 1 (if the
/// first is fixed above 1 and the second open, as with states by layer, so is the second); `past…` is 0; names with
/// `seq`, `len`, `time`, `token`, `frame` are the sequence length, as is the second dimension of a rank-2 or rank-3
/// input, but 512 where the input is rank 2 and float32 (a window of sound); the two open sides of a picture (rank 4 with
/// 1, 3 or 4 channels) are 224; all others are 1.
///
/// @param seed of the drawing: equal seeds give equal inputs
/// @param sequenceLength of texts and series
/// @param vocabulary bound of token numbers, not included
/// @param sizes chosen by the name of a symbolic dimension
public record RandomInputs(long seed, int sequenceLength, int vocabulary, Map<String, Long> sizes) {
    private static final int DEFAULT_SEQUENCE_LENGTH = 16;
    private static final int DEFAULT_VOCABULARY = 1000;
    private static final long SAMPLING_RATE = 16_000;
    private static final int SMALL_NUMBERS = 10;

    /// Copies the sizes.
    public RandomInputs {
        sizes = Map.copyOf(sizes);
        if (vocabulary < 2 || sequenceLength < 1) {
            throw new IllegalArgumentException("vocabulary " + vocabulary + ", sequence length " + sequenceLength);
        }
    }

    /// Sequences of 16 tokens below 1000.
    public static RandomInputs seeded(long seed) {
        return new RandomInputs(seed, DEFAULT_SEQUENCE_LENGTH, DEFAULT_VOCABULARY, Map.of());
    }

    /// The first so many samples.
    ///
    /// @throws dev.lathe.base.ProblemException if an input is no tensor of numbers, naming it
    public List<SequencedMap<String, Tensor>> samples(List<ValueInfo> signature, int count) {
        List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(sample(signature, i));
        }
        return List.copyOf(samples);
    }

    /// One sample; each index gives another. Fixed dimensions are kept, a fixed batch included.
    ///
    /// @throws dev.lathe.base.ProblemException if an input is no tensor of numbers, naming it
    public SequencedMap<String, Tensor> sample(List<ValueInfo> signature, int index) {
        SplittableRandom random = new SplittableRandom(seed ^ ((long) index << Integer.SIZE));
        OpenSizes open = new OpenSizes(sequenceLength, sizes);
        SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
        for (ValueInfo input : signature) {
            sample.put(input.name(), tensor(input, open.shape(input), random));
        }
        return Collections.unmodifiableSequencedMap(sample);
    }

    private Tensor tensor(ValueInfo input, long[] shape, SplittableRandom random) {
        int count = Math.toIntExact(Tensor.count(shape));
        return switch (input.type()) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                yield Tensor.ofFloats(input.type(), shape, values);
            }
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, BOOL -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = whole(input, shape, i, random);
                }
                yield Tensor.ofLongs(input.type(), shape, values);
            }
            case UNDEFINED, STRING, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ,
                    UINT4, INT4, FLOAT4E2M1 ->
                throw Problem.error("random-input-unsupported", "input " + input.name(),
                        "takes " + input.signature() + ", for which there are no random values",
                        "Describe data for the model and name it with --data.").toException();
        };
    }

    private long whole(ValueInfo input, long[] shape, int element, SplittableRandom random) {
        String name = input.name().toLowerCase(Locale.ROOT);
        if (name.contains("mask")) {
            return 1;
        }
        if (name.contains("token_type") || name.contains("segment")) {
            return 0;
        }
        if (name.contains("position")) {
            return shape.length == 0 ? 0 : element % shape[shape.length - 1];
        }
        if (shape.length == 0 && (name.equals("sr") || name.endsWith("rate"))) {
            return SAMPLING_RATE;
        }
        if (name.endsWith("ids") || name.endsWith("tokens")) {
            return random.nextInt(1, vocabulary);
        }
        return switch (input.type()) {
            case INT8 -> random.nextInt(Byte.MIN_VALUE, Byte.MAX_VALUE + 1);
            case UINT8 -> random.nextInt(0xFF + 1);
            case BOOL -> random.nextInt(2);
            default -> random.nextInt(SMALL_NUMBERS);
        };
    }
}
