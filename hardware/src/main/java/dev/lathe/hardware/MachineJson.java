package dev.lathe.hardware;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A machine as JSON. Every fact is `{"value": …, "source": "…"}` or `{"unknown": "why"}`; a limit that is not set has the
/// value `null`.
public final class MachineJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private MachineJson() {}

    /// The whole machine, with what follows from it: `usableCpus`, `usableMemoryBytes`, `capability`, `int8DotProduct`,
    /// `fingerprint`.
    public static ObjectNode of(Machine machine) {
        return of(machine, Ladder::of);
    }

    /// The same, with ladders that somebody else has looked further up.
    ///
    /// @param ladders the ladder of each device of the machine
    public static ObjectNode of(Machine machine, Function<? super Device, Ladder> ladders) {
        ObjectNode json = MAPPER.createObjectNode();
        json.set("platform", platform(machine.platform()));
        json.set("cpu", cpu(machine.cpu(), ladders));
        ObjectNode memory = json.putObject("memory");
        memory.set("totalBytes", fact(machine.memory().totalBytes()));
        memory.set("availableBytes", fact(machine.memory().availableBytes()));
        ArrayNode gpus = json.putArray("gpus");
        machine.gpus().forEach(gpu -> gpus.add(gpu(gpu, ladders)));
        ArrayNode npus = json.putArray("npus");
        machine.npus().forEach(npu -> npus.add(npu(npu, ladders)));
        json.set("limits", limits(machine.limits()));
        json.put("usableCpus", machine.usableCpus());
        json.set("usableMemoryBytes", fact(machine.usableMemoryBytes()));
        json.put("capability", machine.capabilityKey());
        json.put("int8DotProduct", machine.hasInt8DotProduct());
        json.put("fingerprint", machine.fingerprint());
        json.set("disagreements", disagreements(machine.disagreements()));
        json.set("problems", problems(machine.problems()));
        return json;
    }

    private static ObjectNode platform(Platform platform) {
        ObjectNode json = object();
        json.set("operatingSystem", fact(platform.operatingSystem()));
        json.set("kernel", fact(platform.kernel()));
        json.set("architecture", fact(platform.architecture()));
        json.set("virtualised", fact(platform.virtualised()));
        json.set("hypervisor", fact(platform.hypervisor()));
        json.set("container", fact(platform.container()));
        json.set("containerEngine", fact(platform.containerEngine()));
        json.set("board", fact(platform.board()));
        return json;
    }

    private static ObjectNode cpu(Cpu cpu, Function<? super Device, Ladder> ladders) {
        ObjectNode json = object();
        json.set("vendor", fact(cpu.vendor()));
        json.set("model", fact(cpu.model()));
        json.set("microarchitecture", fact(cpu.microarchitecture()));
        json.set("packages", fact(cpu.cores().packages()));
        json.set("physicalCores", fact(cpu.cores().physical()));
        json.set("logicalCores", fact(cpu.cores().logical()));
        json.set("performanceCores", fact(cpu.cores().performance()));
        json.set("efficiencyCores", fact(cpu.cores().efficiency()));
        json.set("lowPowerCores", fact(cpu.cores().lowPower()));
        json.set("smt", fact(cpu.cores().smt()));
        json.set("numaNodes", fact(cpu.cores().numaNodes()));
        ObjectNode caches = json.putObject("caches");
        caches.set("l1d", cache(cpu.caches().l1d()));
        caches.set("l1i", cache(cpu.caches().l1i()));
        caches.set("l2", cache(cpu.caches().l2()));
        caches.set("l3", cache(cpu.caches().l3()));
        ObjectNode clock = json.putObject("clock");
        clock.set("baseHz", fact(cpu.clock().baseHz()));
        clock.set("maxHz", fact(cpu.clock().maxHz()));
        clock.set("currentHz", fact(cpu.clock().currentHz()));
        clock.set("governor", fact(cpu.clock().governor()));
        json.set("isa", fact(cpu.isa(), MAPPER::valueToTree));
        json.set("ladder", ladder(ladders.apply(cpu)));
        return json;
    }

    private static JsonNode cache(Reading<Cpu.Cache> cache) {
        return fact(cache, it -> object().put("sizeBytes", it.sizeBytes()).put("instances", it.instances()));
    }

    private static ObjectNode gpu(Gpu gpu, Function<? super Device, Ladder> ladders) {
        ObjectNode json = object();
        identity(json, gpu.identity());
        json.set("integrated", fact(gpu.integrated()));
        json.set("memory", facts(gpu.memory()));
        json.set("driver", driver(gpu.driver()));
        json.set("compute", fact(gpu.compute()));
        json.set("units", fact(gpu.units()));
        json.set("partitions", fact(gpu.partitions(), MachineJson::partitions));
        json.set("load", facts(gpu.load()));
        json.set("ladder", ladder(ladders.apply(gpu)));
        return json;
    }

    private static ObjectNode partitions(Gpu.Partitions partitions) {
        ObjectNode json = object().put("enabled", partitions.enabled());
        ArrayNode slices = json.putArray("slices");
        partitions.slices().forEach(slice -> {
            ObjectNode each = slices.addObject().put("name", slice.name());
            each.set("memoryBytes", fact(slice.memoryBytes()));
        });
        return json;
    }

    private static ObjectNode npu(Npu npu, Function<? super Device, Ladder> ladders) {
        ObjectNode json = object();
        identity(json, npu.identity());
        json.set("driver", driver(npu.driver()));
        json.set("cores", fact(npu.cores()));
        json.set("clockHz", fact(npu.clockHz()));
        json.set("maxClockHz", fact(npu.maxClockHz()));
        json.set("ladder", ladder(ladders.apply(npu)));
        return json;
    }

    private static void identity(ObjectNode json, Identity identity) {
        json.setAll(facts(identity));
    }

    private static ObjectNode driver(Driver driver) {
        ObjectNode json = object();
        json.set("name", fact(driver.name()));
        json.set("version", fact(driver.version()));
        json.set("firmware", fact(driver.firmware()));
        json.set("offers", fact(driver.offers()));
        json.set("state", fact(driver.state().map(Driver.State::words)));
        return json;
    }

    /// The facts of a record whose components are all of them facts.
    private static ObjectNode facts(Record part) {
        ObjectNode json = object();
        Merging.facts(part).forEach((name, reading) -> json.set(name, fact(reading)));
        return json;
    }

    /// `{"weakest": "driver-works", "remedy": …, "rungs": {"present": {"reached": …, "source": …}, …}}`.
    static ObjectNode ladder(Ladder ladder) {
        ObjectNode json = object();
        json.put("weakest", ladder.weakest().map(MachineJson::id).orElse(null));
        json.put("remedy", ladder.remedy().orElse(null));
        ObjectNode rungs = json.putObject("rungs");
        for (Rung rung : Rung.values()) {
            rungs.set(id(rung), switch (ladder.at(rung)) {
                case Standing.Reached(String what, String source) ->
                    object().put("reached", what).put("source", source);
                case Standing.Broken(String what, String remedy) -> object().put("broken", what).put("remedy", remedy);
                case Standing.Untold(String what, String _) -> object().put("unknown", what);
            });
        }
        return json;
    }

    private static String id(Rung rung) {
        return rung.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What each probe looked at and found, for `--explain`.
    public static ArrayNode explain(Detection detection) {
        ArrayNode json = MAPPER.createArrayNode();
        for (Detection.Report report : detection.reports()) {
            ObjectNode probe = json.addObject().put("probe", report.probe()).put("title", report.title())
                    .put("tookNs", report.tookNs()).put("failure", report.failure().orElse(null));
            ArrayNode looks = probe.putArray("looks");
            report.looks().forEach(look -> looks.addObject().put("what", look.what()).put("found", look.found()));
            ArrayNode found = probe.putArray("found");
            report.found().forEach(device -> found.add(switch (device) {
                case Cpu cpu -> cpu(cpu, Ladder::of).put("kind", "cpu");
                case Gpu gpu -> gpu(gpu, Ladder::of).put("kind", "gpu");
                case Npu npu -> npu(npu, Ladder::of).put("kind", "npu");
            }));
        }
        return json;
    }

    private static ArrayNode problems(List<Problem> problems) {
        ArrayNode json = MAPPER.createArrayNode();
        problems.forEach(problem -> json.addObject().put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                .put("code", problem.code()).put("where", problem.where()).put("what", problem.what())
                .put("remedy", problem.remedy()));
        return json;
    }

    private static ArrayNode disagreements(List<Disagreement> disagreements) {
        ArrayNode json = MAPPER.createArrayNode();
        disagreements.forEach(it -> {
            ArrayNode claims = json.addObject().put("device", it.device()).put("fact", it.fact()).putArray("claims");
            it.claims().forEach(claim -> claims.addObject().put("value", claim.value()).put("source", claim.source()));
        });
        return json;
    }

    private static ObjectNode limits(Limits limits) {
        ObjectNode json = object();
        json.set("cgroupVersion", fact(limits.cgroupVersion()));
        json.set("cpus", limit(limits.cpus()));
        json.set("memoryBytes", limit(limits.memoryBytes()));
        json.set("cpuset", limit(limits.cpuset()));
        json.set("affinity", limit(limits.affinity()));
        json.set("onlineCpus", fact(limits.onlineCpus()));
        return json;
    }

    private static <T> JsonNode limit(Reading<Limits.Limit<T>> limit) {
        return fact(limit, set -> set.toOptional().<JsonNode>map(MAPPER::valueToTree).orElse(MAPPER.nullNode()));
    }

    private static <T> JsonNode fact(Reading<T> reading) {
        return fact(reading, MAPPER::valueToTree);
    }

    private static <T> JsonNode fact(Reading<T> reading, Function<? super T, ? extends JsonNode> toJson) {
        return switch (reading) {
            case Reading.Known<T>(T value, String source) -> {
                ObjectNode json = object();
                json.set("value", toJson.apply(value));
                yield json.put("source", source);
            }
            case Reading.Unknown<T>(String why) -> object().put("unknown", why);
        };
    }

    private static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
