package dev.lathe.hardware.probe;

import dev.lathe.base.Reading;
import dev.lathe.hardware.InstructionSets;
import dev.lathe.hardware.probe.CoreDesigns.ArmCore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the text of `/proc/cpuinfo` says, on x86, Arm and RISC-V.
///
/// @param blocks one per processor that the text shows, with its keys and values; there may be fewer than processors
record CpuInfo(List<Map<String, String>> blocks) {
    static final String SOURCE = "/proc/cpuinfo";

    static CpuInfo parse(String text) {
        List<Map<String, String>> blocks = new ArrayList<>();
        for (String block : text.split("\\R\\s*\\R", -1)) {
            Map<String, String> pairs = new LinkedHashMap<>();
            block.lines().forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    pairs.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
                }
            });
            if (pairs.containsKey("processor")) {
                blocks.add(pairs);
            }
        }
        return new CpuInfo(List.copyOf(blocks));
    }

    /// The first value of a key, in any block.
    Optional<String> first(String key) {
        return blocks.stream().map(block -> block.get(key)).filter(Objects::nonNull).filter(value -> !value.isEmpty())
                .findFirst();
    }

    Optional<Integer> firstInt(String key) {
        return first(key).flatMap(Numbers::toInt);
    }

    Reading<String> vendor() {
        Optional<String> vendor = first("vendor_id").or(() -> armCores().stream().findFirst().map(ArmCore::vendor));
        return read(vendor, SOURCE + " names no vendor that Lathe knows");
    }

    /// The model name, or the names of the core designs, fastest first.
    Reading<String> model() {
        List<ArmCore> cores = armCores();
        if (!cores.isEmpty()) {
            String names = cores.stream().map(ArmCore::name).collect(Collectors.joining(" + "));
            return Reading.known(names, SOURCE + ", implementer and part");
        }
        return read(first("model name"), first("CPU part")
                .map(part -> "part " + part + " of implementer " + first("CPU implementer").orElse("(none)")
                        + " is not in Lathe's table of Arm cores")
                .orElse(SOURCE + " has no model name"));
    }

    Reading<String> microarchitecture() {
        List<ArmCore> cores = armCores();
        if (!cores.isEmpty()) {
            return model();
        }
        Optional<Integer> family = firstInt("cpu family");
        Optional<Integer> model = firstInt("model");
        if (family.isEmpty() || model.isEmpty()) {
            return read(first("uarch"), SOURCE + " has no family and model");
        }
        int stepping = firstInt("stepping").orElse(0);
        Optional<String> name = CoreDesigns.x86(first("vendor_id").orElse(""), family.get(), model.get(), stepping);
        return name.<Reading<String>>map(it -> Reading.known(it, SOURCE + ", family and model"))
                .orElse(Reading.unknown("family " + family.get() + " model " + model.get() + " stepping " + stepping
                        + " is not in Lathe's table"));
    }

    /// The flags that all processors have: a thread may run on any of them.
    Reading<SortedSet<String>> isa() {
        Set<String> common = null;
        for (Map<String, String> block : blocks) {
            Set<String> flags = flags(block);
            if (flags.isEmpty()) {
                continue;
            }
            if (common == null) {
                common = new TreeSet<>(flags);
            } else {
                common.retainAll(flags);
            }
        }
        return common == null
                ? Reading.unknown(SOURCE + " lists no flags")
                : Reading.known(InstructionSets.relevant(common), SOURCE);
    }

    /// The different Arm cores shown, fastest first; empty if any of them is not in the table, or none is Arm.
    List<ArmCore> armCores() {
        List<Optional<ArmCore>> found = blocks.stream().filter(block -> block.containsKey("CPU part"))
                .map(CpuInfo::core)
                .distinct().toList();
        if (found.stream().anyMatch(Optional::isEmpty)) {
            return List.of();
        }
        return found.stream().flatMap(Optional::stream).sorted(Comparator.comparingInt(ArmCore::tier).reversed())
                .toList();
    }

    /// The tier of every processor shown, empty if one of them is no known Arm core.
    List<Integer> tiers() {
        List<Integer> tiers = blocks.stream().map(CpuInfo::core).flatMap(Optional::stream).map(ArmCore::tier).toList();
        return tiers.size() == blocks.size() ? tiers : List.of();
    }

    private static Optional<ArmCore> core(Map<String, String> block) {
        return CoreDesigns.arm(block.getOrDefault("CPU implementer", ""), block.getOrDefault("CPU part", ""));
    }

    private static Set<String> flags(Map<String, String> block) {
        String isa = block.get("isa");
        if (isa != null) {
            return riscvFlags(isa);
        }
        return words(block.getOrDefault("flags", block.getOrDefault("Features", "")));
    }

    static Set<String> words(String text) {
        return Arrays.stream(text.split("\\s+", -1)).filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// `rv64imafdcv_zba_zvfh`: single letters after the width, then names between underscores.
    private static Set<String> riscvFlags(String isa) {
        String[] parts = isa.split("_", -1);
        Stream<String> letters = parts[0].replaceFirst("^rv\\d+", "").chars().mapToObj(Character::toString);
        return Stream.concat(letters, Arrays.stream(parts).skip(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Reading<String> read(Optional<String> value, String why) {
        return value.<Reading<String>>map(it -> Reading.known(it, SOURCE)).orElse(Reading.unknown(why));
    }
}
