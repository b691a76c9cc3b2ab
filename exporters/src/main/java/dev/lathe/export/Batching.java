package dev.lathe.export;

import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whether a server may put several requests into one run of the model.
///
/// It may when the first dimension of every input and every tensor output is left open, and when no sample shows that an
/// open first dimension is something else than the batch (a detector's number of boxes, say).
public sealed interface Batching {

    /// Requests are stacked along the first dimension of every tensor.
    record FirstDimension() implements Batching {}

    /// One request is one run.
    ///
    /// @param tensor the input or output that forbids batching
    /// @param why a clause with the tensor as its subject, for example "has its first dimension fixed at 1"
    record None(String tensor, String why) implements Batching {}

    /// What holds for this deployment.
    static Batching of(Deployment deployment) {
        Optional<None> declared = Stream.concat(deployment.inputs().stream(), deployment.tensorOutputs().stream())
                .flatMap(v -> objection(v).stream()).findFirst();
        return declared.or(() -> contradiction(deployment.samples())).<Batching>map(n -> n)
                .orElseGet(FirstDimension::new);
    }

    /// The shape of a tensor in a request over the Open Inference Protocol. Scalars have no shape there and travel as
    /// `[1]`; where requests are batched, a tensor that has only the batch dimension travels as `[batch, 1]`.
    /// Source: Triton's model configuration, "Reshape".
    ///
    /// @param shape the shape the model sees
    default List<Long> wireShape(List<Long> shape) {
        return switch (this) {
            case FirstDimension _ when shape.size() == 1 -> List.of(shape.getFirst(), 1L);
            case FirstDimension _ -> shape.isEmpty() ? List.of(1L) : shape;
            case None _ -> shape.isEmpty() ? List.of(1L) : shape;
        };
    }

    private static Optional<None> objection(ValueInfo value) {
        if (value.shape().isEmpty()) {
            return Optional.of(new None(value.name(), "declares no shape"));
        }
        return value.batch().map(first -> switch (first) {
            case Dim.Fixed(long size) ->
                Optional.of(new None(value.name(), "has its first dimension fixed at " + size));
            case Dim.Symbol _,Dim.Any _ -> Optional.<None>empty();
        }).orElseGet(() -> Optional.of(new None(value.name(), "is a scalar")));
    }

    private static Optional<None> contradiction(List<Request> samples) {
        for (Request sample : samples) {
            List<Request.Tensor> tensors = sample.tensors().filter(t -> !t.shape().isEmpty()).toList();
            for (Request.Tensor tensor : tensors) {
                long first = tensor.shape().getFirst();
                long batch = tensors.getFirst().shape().getFirst();
                if (first != batch) {
                    return Optional.of(new None(tensor.name(), "has first dimension " + first + " in sample "
                            + sample.name() + ", where the batch is " + batch));
                }
            }
        }
        return Optional.empty();
    }
}
