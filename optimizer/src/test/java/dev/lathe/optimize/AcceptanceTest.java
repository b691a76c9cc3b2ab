package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.Model;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceTest {
    private static final Model SOUND = product(2);
    private static final Model BROKEN = product(3);
    private static final Recipe RECIPE = new Recipe("mine",
            List.of(Step.of("fold-constants"), Step.of("remove-dead-nodes")));

    @TempDir
    private Path folder = Path.of("");

    /// A product of 2 columns with so many rows.
    private static Model product(long rows) {
        return new Tiny().input("x", 2, 2).output("y", 2, 2).weights("w", rows, 2L).node("MatMul", "x w", "y")
                .model(13);
    }

    private Acceptance of(Model... made) {
        return new Acceptance(RECIPE, List.of(made), Tiny.context(folder, List.of()));
    }

    @Test
    void whatLoadsIsAccepted() {
        assertThatCode(() -> of(SOUND, SOUND, SOUND).accept(SOUND)).doesNotThrowAnyException();
    }

    @Test
    void theStepThatBrokeItIsNamed() {
        assertThatThrownBy(() -> of(SOUND, SOUND, BROKEN).accept(BROKEN)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("mine: the runtime does not load what remove-dead-nodes made: ")
                .hasMessageContaining("y_node");
        assertThatThrownBy(() -> of(SOUND, BROKEN, BROKEN).accept(BROKEN))
                .hasMessageStartingWith("mine: the runtime does not load what fold-constants made: ");
    }

    @Test
    void aModelThatCameBrokenIsNoStepsFault() {
        assertThatThrownBy(() -> of(BROKEN, BROKEN, BROKEN).accept(BROKEN))
                .hasMessageStartingWith("mine: the runtime does not load the model as it came, before any step: ");
    }
}
