package dev.lathe.app.gui.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Driver;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Identity;
import dev.lathe.hardware.Ladder;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.Npu;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MachineViewModelTest {
    private static final String WHY = "not in this test";

    private static Machine machine() {
        Machine here = Machine.detect(Host.local());
        Gpu card = Gpu.unknown(WHY)
                .with(Identity.unknown(WHY).withVendor(Reading.known("NVIDIA", "t"))
                        .withName(Reading.known("H100", "t")))
                .with(Driver.unknown(WHY).withName(Reading.known("nvidia", "t"))
                        .withState(Reading.known(new Driver.State.Works(), "t")));
        Npu npu = Npu.unknown(WHY)
                .with(Identity.unknown(WHY).withVendor(Reading.known("Intel", "t")).withName(Reading.known("NPU", "t")))
                .with(Driver.unknown(WHY).withState(Reading.known(new Driver.State.Missing(), "t")));
        return new Machine(here.platform(), here.cpu(), here.memory(), List.of(card), List.of(npu), here.limits(),
                List.of(), List.of());
    }

    @Test
    void everyDeviceHasACardWithItsLadderAndTheRemedyOfItsWeakestLink() {
        List<MachineViewModel.Card> cards = MachineViewModel.cards(machine(), Ladder::of);
        assertThat(cards).extracting(MachineViewModel.Card::title).containsExactly("Processor", "Memory", "H100", "NPU",
                "System");
        assertThat(cards.get(2).steps()).extracting(MachineViewModel.Step::state).containsExactly("reached", "reached",
                "untold", "untold");
        assertThat(cards.get(3).steps().get(1)).satisfies(step -> {
            assertThat(step.rung()).isEqualTo("driver works");
            assertThat(step.words()).isEqualTo("no driver");
            assertThat(step.remedy()).contains("CONFIG_DRM_ACCEL_IVPU");
        });
        // a remedy of a higher rung would only distract
        assertThat(cards.get(3).steps().subList(2, 4)).allMatch(step -> step.remedy().isEmpty());
        assertThat(cards).flatExtracting(MachineViewModel.Card::lines).extracting(MachineViewModel.Line::label)
                .contains("CPU", "Memory", "GPU", "NPU", "System").doesNotContain("GPU stands", "NPU stands");
    }

    @Test
    void keepsWhatSensorsToldAndGapsWhereTheyWereSilent() {
        Desk desk = Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner());
        List<Load> loads = List.of(new Load(1, 2), new Load(1, 2, List.of(new Load.Sensor("H100 power", "W", 300))));
        AtomicInteger next = new AtomicInteger();
        MachineViewModel model = new MachineViewModel(desk, () -> loads.get(next.getAndIncrement()));
        model.look();
        assertThat(model.sensors()).isEmpty();
        model.look();
        assertThat(model.sensors()).containsExactly(Map.entry("H100 power", "W"));
        assertThat(model.sensor("H100 power").y()).containsExactly(Double.NaN, 300);
    }

    @Test
    void tellsWhyTheRuntimesCouldNotBeTried() {
        FakeEngine engine = new FakeEngine(Path.of(""));
        MachineViewModel model = new MachineViewModel(Desk.of(engine, new DirectJobRunner()), Load::now);
        model.detect();
        model.tryTargets();
        assertThat(model.trying().get()).isFalse();
        assertThat(model.trouble().get()).isNotBlank();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
    }

    @Test
    void readsTheSensorsOfThisMachineWithoutFailing() {
        Sensors sensors = new Sensors(Host.local());
        assertThat(sensors.read(0)).allSatisfy(s -> {
            assertThat(s.name()).isNotBlank();
            assertThat(s.value()).isFinite();
        });
        assertThat(sensors.latest()).isNotNull();
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
