package dev.lathe.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Shared;
import dev.lathe.graph.Model;
import org.junit.jupiter.api.Test;

class OnnxLibraryTest {
    private final Model sample = OnnxReader.read(Shared.sample("digits.onnx"));

    @Test
    void theSampleIsValid() {
        assertThat(OnnxLibrary.check(sample)).isEmpty();
    }

    @Test
    void shapesOfInnerValuesAreInferred() {
        Model bare = sample.withGraph(sample.graph().withValues(java.util.List.of()));
        Model inferred = OnnxLibrary.inferShapes(bare);
        long inner = sample.graph().nodes().size() - 1L;
        assertThat(inferred.graph().values()).hasSizeGreaterThan((int) inner / 2);
        assertThat(inferred.graph().values()).allMatch(v -> v.isTensor());
    }

    @Test
    void anOldDetectorIsRaisedToOpset13AndKeepsItsWeights() {
        Model old = OnnxReader.read(Shared.path("models/detection/ultraface_rfb_320.onnx"));
        Model raised = OnnxLibrary.convert(old, 13);
        assertThat(raised.opset()).isEqualTo(13);
        assertThat(OnnxLibrary.check(raised)).isEmpty();
        assertThat(raised.graph().initializers().keySet()).containsAll(old.graph().initializers().keySet());
        assertThat(raised.graph().inputs()).hasSameSizeAs(old.graph().inputs());
    }
}
