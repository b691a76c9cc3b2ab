package dev.lathe.profile.target;

import dev.lathe.base.Nearest;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Cpu;
import dev.lathe.hardware.Detection;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.Gpu;
import dev.lathe.hardware.Ladder;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.Npu;
import dev.lathe.hardware.Standing;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeSet;

/// What can be measured on this machine, what cannot, why, and what to do about it.
///
/// @param detection the machine, with what the runtime says of its devices
/// @param entries targets that work first, then those that do not
/// @param ladders how far each device stands, with both upper rungs tried
/// @param problems what went wrong on the way
public record Targets(Detection detection, List<Entry> entries, SequencedMap<Device, Ladder> ladders,
        List<Problem> problems) {

    /// Copies the collections.
    public Targets {
        entries = List.copyOf(entries);
        ladders = new LinkedHashMap<>(ladders);
        problems = List.copyOf(problems);
    }

    /// A target.
    ///
    /// @param name as `--target` takes it
    /// @param runtime which engine, with its version where it is here
    /// @param device what it drives, in words
    /// @param here whether the machine has a device for it
    /// @param state whether a model can be run on it
    public record Entry(String name, String runtime, String device, boolean here, Standing state) {

        /// Whether something can be measured on it.
        public boolean works() {
            return state instanceof Standing.Reached;
        }
    }

    /// Asks the runtimes, and runs the probe model on all that they offer.
    ///
    /// @param libraries plugin libraries to load first: files by names
    /// @param options what providers are told
    /// @throws ProblemException if a plugin library is none, or offers nothing
    public static Targets look(Detection detection, TargetProbe probe, SortedMap<String, String> libraries,
            SortedMap<String, String> options) {
        long start = System.nanoTime();
        TargetProbe.Answer answer;
        try {
            answer = probe.ask(libraries);
        } catch (ProblemException e) {
            if (e.problems().getFirst().code().startsWith("library-")) {
                throw e;
            }
            // the machine is shown whatever becomes of the runtime
            return assemble(detection, Optional.empty(), List.of(), Reading.unknown("not asked"), e.problems());
        }
        Detection wider = detection.with(RuntimeReport.of(answer, System.nanoTime() - start));
        List<Trial> trials = new ArrayList<>();
        Trial.candidates(answer.offer()).forEach((target, device) -> trials
                .add(Trial.of(probe, target.with(options, libraries), device)));
        return assemble(wider, Optional.of(answer), trials, probe.version("pytorch"), List.of());
    }

    static Targets assemble(Detection detection, Optional<TargetProbe.Answer> answer, List<Trial> trials,
            Reading<String> pyTorch, List<Problem> problems) {
        Machine machine = detection.machine();
        String runtime = "ONNX Runtime" + answer.map(a -> " " + a.version()).orElse("");
        List<Entry> entries = new ArrayList<>();
        SequencedMap<Device, Ladder> ladders = new LinkedHashMap<>();
        machine.devices().forEach(d -> ladders.put(d, Ladders.untried(d)));
        for (Trial trial : trials) {
            Optional<Device> device = device(machine, trial);
            entries.add(new Entry(trial.target().name(), runtime, device.map(Targets::label).or(() -> trial.device()
                    .map(d -> d.vendor() + " " + d.kind())).orElse("not known which"), true, Ladders.state(trial)));
            device.ifPresent(d -> ladders.computeIfPresent(d, (_, ladder) -> Ladders.climbed(ladder, trial, runtime)));
        }
        entries.add(new Entry(Target.CPU.name(), "PyTorch" + pyTorch.toOptional().map(v -> " " + v).orElse(""),
                label(machine.cpu()) + ", for TorchScript models", true, Ladders.engine(pyTorch)));
        entries.addAll(absent(machine, trials, ladders));
        entries.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        return new Targets(detection, entries, ladders, problems);
    }

    private static int rank(Entry entry) {
        return entry.works() ? 0 : entry.here() ? 1 : 2;
    }

    /// Providers that are known and not offered: first those a device here waits for.
    private static List<Entry> absent(Machine machine, List<Trial> trials, Map<Device, Ladder> ladders) {
        List<Entry> entries = new ArrayList<>();
        TreeSet<String> named = new TreeSet<>();
        trials.forEach(t -> named.add(t.target().provider()));
        for (ProviderTable.Row row : ProviderTable.rows()) {
            List<Device> waiting = machine.devices().stream().filter(row::drives).toList();
            boolean here = waiting.stream().anyMatch(d -> !(d instanceof Cpu));
            if (named.contains(row.provider()) || (!here && anotherRowIsHere(machine, row))) {
                continue;
            }
            named.add(row.provider());
            // of the lower rungs, which come first: a runtime is of no use to a device without a driver
            Standing state = here
                    ? waiting.stream().filter(d -> !(d instanceof Cpu)).findFirst().map(ladders::get)
                            .map(l -> Ladders.missing(l, row)).orElseThrow()
                    : new Standing.Broken(
                            waiting.isEmpty() ? "no device for it is here" : "this ONNX Runtime comes without it",
                            Ladders.sentence(row.means()));
            entries.add(new Entry(row.provider(), "ONNX Runtime", waiting.isEmpty()
                    ? (row.vendor() + " " + row.kind()).strip()
                    : label(waiting.getLast()), here, state));
        }
        return entries;
    }

    private static boolean anotherRowIsHere(Machine machine, ProviderTable.Row row) {
        return ProviderTable.rows().stream().filter(r -> r.provider().equals(row.provider()) && !r.equals(row))
                .anyMatch(r -> machine.devices().stream().filter(d -> !(d instanceof Cpu)).anyMatch(r::drives));
    }

    /// The machine's device that a target is: as the runtime describes it, else by its provider and number.
    private static Optional<Device> device(Machine machine, Trial trial) {
        if (trial.device().isPresent()) {
            RuntimeOffer.Device listed = trial.device().get();
            List<Device> alike = machine.devices().stream().filter(d -> RuntimeReport.same(d, listed)).toList();
            return alike.isEmpty()
                    ? Optional.empty()
                    : Optional.of(alike.get(Math.min(number(trial), alike.size() - 1)));
        }
        List<Device> driven = machine.devices().stream().filter(d -> ProviderTable.rows().stream()
                .anyMatch(r -> r.provider().equals(trial.target().provider()) && r.drives(d))).toList();
        int index = number(trial);
        return index < driven.size() ? Optional.of(driven.get(index)) : Optional.empty();
    }

    /// Which of several equal devices: the first, unless the target says so.
    private static int number(Trial trial) {
        String device = trial.target().device();
        return device.matches("\\d{1,4}") ? Integer.parseInt(device) : 0;
    }

    /// What a device is called.
    public static String label(Device device) {
        return switch (device) {
            case Cpu cpu -> cpu.model().toOptional().orElse("the processor");
            case Gpu gpu -> gpu.identity().label();
            case Npu npu -> npu.identity().label();
        };
    }

    /// How far a device stands.
    public Ladder ladder(Device device) {
        return ladders.getOrDefault(device, Ladder.of(device));
    }

    /// Nothing if a target can be measured on, else why not.
    ///
    /// @return a problem of code `not-available`, or `target-unknown` with the nearest name where it is none
    public Optional<Problem> against(Target target) {
        // the device is chosen by the provider, which says itself what it has
        Optional<Entry> entry = entries.stream().filter(e -> e.name().equals(target.name())).findFirst().or(
                () -> entries.stream().filter(e -> e.name().split(":", 2)[0].equals(target.provider())).findFirst());
        if (entry.isEmpty()) {
            TreeSet<String> names = new TreeSet<>();
            entries.forEach(e -> names.add(e.name()));
            return Optional.of(Problem.error("target-unknown", target.name(), "there is no target of this name",
                    Nearest.to(target.name(), names).map(n -> "Did you mean " + n + "? ").orElse("")
                            + "`lathe targets` lists them; a plugin library brings others: --ep-library NAME=FILE."));
        }
        return switch (entry.get().state()) {
            case Standing.Reached _ -> Optional.empty();
            case Standing.Broken(String what, String remedy) ->
                Optional.of(Problem.error("not-available", target.name(), what, remedy));
            case Standing.Untold(String what, String remedy) ->
                Optional.of(Problem.error("not-available", target.name(), what, remedy));
        };
    }
}
