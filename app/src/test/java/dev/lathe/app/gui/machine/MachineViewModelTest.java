package dev.lathe.app.gui.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MachineViewModelTest {
    @Test
    void putsTheLinesOfAPartTogether() {
        String text = """
                CPU               a processor
                Memory            16 GiB
                GPU               one card
                GPU               another card
                System            linux
                """;
        assertThat(MachineViewModel.cards(text)).extracting(c -> c.title() + " " + c.lines().size())
                .containsExactly("Processor 1", "Memory 1", "Graphics 2", "System 1");
    }

    @Test
    void keepsTwoMinutesOfLoadTheLatestAtZero() {
        AtomicInteger seconds = new AtomicInteger();
        Desk desk = Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner());
        MachineViewModel model = new MachineViewModel(desk, () -> new Load(seconds.incrementAndGet(), 50));
        for (int i = 0; i < 300; i++) {
            model.look();
        }
        assertThat(model.cpu().size()).isEqualTo(MachineViewModel.SECONDS + 1);
        assertThat(model.cpu().x()[0]).isEqualTo(-MachineViewModel.SECONDS);
        assertThat(model.cpu().x()[MachineViewModel.SECONDS]).isZero();
        assertThat(model.cpu().y()[MachineViewModel.SECONDS]).isEqualTo(300);
        assertThat(model.memory().y()[0]).isEqualTo(50);
    }

    @Test
    void namesWhatModelsRunOn() {
        Desk desk = Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner());
        MachineViewModel model = new MachineViewModel(desk, Load::now);
        model.detect();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.cards()).extracting(MachineViewModel.Card::title).containsExactly("Processor", "Memory",
                "Graphics", "System");
        assertThat(model.target().get()).matches("CPU · ONNX Runtime · \\d+ threads?");
    }
}
