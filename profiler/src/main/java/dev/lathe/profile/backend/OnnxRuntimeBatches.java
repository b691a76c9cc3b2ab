package dev.lathe.profile.backend;

import ai.onnxruntime.OnnxTensor;
import dev.lathe.base.Problem;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// Batches formed as they come. One buffer holds the rows of every input, and each batch size sees the front of it.
final class OnnxRuntimeBatches implements Session.Batches {
    private final OnnxRuntimeSession session;
    private final List<Shape> singles;
    private final List<Shape> sizes;
    private final ByteBuffer[][] rows;
    private final ByteBuffer[] gathered;
    private final Set<String> others;
    private final boolean finite;

    /// What a run of one size (or of one sample) hands over.
    private record Shape(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> pinned) {
        void close() {
            inputs.values().forEach(OnnxTensor::close);
            pinned.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxRuntimeBatches(OnnxRuntimeSession session, List<Shape> singles, List<Shape> sizes,
            ByteBuffer[][] rows, ByteBuffer[] gathered, boolean finite) {
        this.session = session;
        this.singles = singles;
        this.sizes = sizes;
        this.rows = rows;
        this.gathered = gathered;
        this.others = session.otherOutputs();
        this.finite = finite;
    }

    static OnnxRuntimeBatches prepare(OnnxRuntimeSession session, List<SequencedMap<String, Tensor>> samples,
            int largest) {
        List<String> tensors = List.copyOf(session.tensorOutputs());
        List<Shape> singles = new ArrayList<>();
        boolean finite = true;
        for (SequencedMap<String, Tensor> sample : samples) {
            Shape shape = new Shape(pinned(session, sample), pinned(session, session.run(sample, tensors)));
            finite &= OnnxRuntimeSession.finite(shape.pinned());
            singles.add(shape);
        }
        SequencedMap<String, Tensor> first = samples.getFirst();
        List<String> batched = first.entrySet().stream().filter(e -> e.getValue().shape().length > 0)
                .map(Map.Entry::getKey).toList();
        if (largest == 1) {
            return new OnnxRuntimeBatches(session, singles, List.of(), new ByteBuffer[0][], new ByteBuffer[0], finite);
        }
        ByteBuffer[][] rows = rows(samples, batched);
        ByteBuffer[] gathered = batched.stream().map(name -> ByteBuffer
                .allocateDirect(Math.multiplyExact(largest, tensor(first, name).data().remaining()))
                .order(ByteOrder.nativeOrder())).toArray(ByteBuffer[]::new);
        for (int row = 0; row < largest; row++) {
            gather(rows[row % rows.length], row, gathered);
        }
        List<Shape> sizes = new ArrayList<>();
        for (int size = 2; size <= largest; size++) {
            Shape shape = shape(session, first, batched, gathered, size, tensors);
            finite &= OnnxRuntimeSession.finite(shape.pinned());
            sizes.add(shape);
        }
        return new OnnxRuntimeBatches(session, singles, sizes, rows, gathered, finite);
    }

    private static Shape shape(OnnxRuntimeSession session, SequencedMap<String, Tensor> first, List<String> batched,
            ByteBuffer[] gathered, int size, List<String> outputs) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        SequencedMap<String, Tensor> sample = new LinkedHashMap<>(first);
        first.forEach((name, tensor) -> {
            int index = batched.indexOf(name);
            if (index < 0) {
                inputs.put(name, session.pinned(tensor));
                return;
            }
            ByteBuffer front = gathered[index].duplicate().order(ByteOrder.nativeOrder()).position(0)
                    .limit(size * tensor.data().remaining()).slice().order(ByteOrder.nativeOrder());
            long[] shape = tensor.shape();
            shape[0] = size;
            inputs.put(name, session.over(front, tensor.type(), shape));
            sample.put(name, new Tensor(tensor.type(), shape, front));
        });
        Map<String, OnnxTensor> pinned = pinned(session, session.run(sample, outputs));
        return new Shape(inputs, pinned);
    }

    private static Map<String, OnnxTensor> pinned(OnnxRuntimeSession session, SequencedMap<String, Tensor> values) {
        Map<String, OnnxTensor> pinned = new HashMap<>();
        values.forEach((name, tensor) -> pinned.put(name, session.pinned(tensor)));
        return pinned;
    }

    /// Each sample's bytes by batched input, all of one shape.
    private static ByteBuffer[][] rows(List<SequencedMap<String, Tensor>> samples, List<String> batched) {
        ByteBuffer[][] rows = new ByteBuffer[samples.size()][batched.size()];
        for (int s = 0; s < rows.length; s++) {
            for (int i = 0; i < batched.size(); i++) {
                Tensor row = tensor(samples.get(s), batched.get(i));
                Tensor first = tensor(samples.getFirst(), batched.get(i));
                if (row.shape()[0] != 1 || row.type() != first.type() || !Arrays.equals(row.shape(), first.shape())) {
                    throw Problem.error("batch-does-not-fit", "input " + batched.get(i), "has samples of "
                            + first.signature() + " and of " + row.signature() + ", which cannot share a batch",
                            "Choose a maximum batch of 1.").toException();
                }
                rows[s][i] = row.data();
            }
        }
        return rows;
    }

    private static Tensor tensor(SequencedMap<String, Tensor> sample, String name) {
        Tensor tensor = sample.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("a sample lacks input " + name);
        }
        return tensor;
    }

    private static void gather(ByteBuffer[] sample, int row, ByteBuffer[] gathered) {
        for (int i = 0; i < gathered.length; i++) {
            int bytes = sample[i].limit();
            gathered[i].put(row * bytes, sample[i], 0, bytes);
        }
    }

    @Override
    public int samples() {
        return singles.size();
    }

    @Override
    public void run(int[] samples, int count) {
        if (count == 1) {
            Shape single = singles.get(samples[0]);
            session.run(single.inputs(), others, single.pinned());
            return;
        }
        for (int row = 0; row < count; row++) {
            gather(rows[samples[row]], row, gathered);
        }
        Shape shape = sizes.get(count - 2);
        session.run(shape.inputs(), others, shape.pinned());
    }

    @Override
    public boolean finite() {
        return finite;
    }

    @Override
    public void close() {
        singles.forEach(Shape::close);
        sizes.forEach(Shape::close);
    }
}
