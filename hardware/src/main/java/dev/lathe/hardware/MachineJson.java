package dev.lathe.hardware;

import dev.lathe.base.Reading;
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
        ObjectNode json = MAPPER.createObjectNode();
        json.set("platform", platform(machine.platform()));
        json.set("cpu", cpu(machine.cpu()));
        ObjectNode memory = json.putObject("memory");
        memory.set("totalBytes", fact(machine.memory().totalBytes()));
        memory.set("availableBytes", fact(machine.memory().availableBytes()));
        ArrayNode gpus = json.putArray("gpus");
        machine.gpus().forEach(gpu -> gpus.add(gpu(gpu)));
        ArrayNode npus = json.putArray("npus");
        machine.npus().forEach(npu -> npus.add(npu(npu)));
        json.set("limits", limits(machine.limits()));
        json.put("usableCpus", machine.usableCpus());
        json.set("usableMemoryBytes", fact(machine.usableMemoryBytes()));
        json.put("capability", machine.capabilityKey());
        json.put("int8DotProduct", machine.hasInt8DotProduct());
        json.put("fingerprint", machine.fingerprint());
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
        return json;
    }

    private static ObjectNode cpu(Cpu cpu) {
        ObjectNode json = object();
        json.set("vendor", fact(cpu.vendor()));
        json.set("model", fact(cpu.model()));
        json.set("microarchitecture", fact(cpu.microarchitecture()));
        json.set("packages", fact(cpu.cores().packages()));
        json.set("physicalCores", fact(cpu.cores().physical()));
        json.set("logicalCores", fact(cpu.cores().logical()));
        json.set("performanceCores", fact(cpu.cores().performance()));
        json.set("efficiencyCores", fact(cpu.cores().efficiency()));
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
        return json;
    }

    private static JsonNode cache(Reading<Cpu.Cache> cache) {
        return fact(cache, it -> object().put("sizeBytes", it.sizeBytes()).put("instances", it.instances()));
    }

    private static ObjectNode gpu(Gpu gpu) {
        ObjectNode json = object();
        json.set("vendor", fact(gpu.vendor()));
        json.set("name", fact(gpu.name()));
        json.set("pciId", fact(gpu.pciId()));
        json.set("pciSlot", fact(gpu.pciSlot()));
        json.set("memoryBytes", fact(gpu.memoryBytes()));
        json.set("driver", fact(gpu.driver()));
        return json;
    }

    private static ObjectNode npu(Npu npu) {
        ObjectNode json = object();
        json.set("vendor", fact(npu.vendor()));
        json.set("name", fact(npu.name()));
        json.set("pciId", fact(npu.pciId()));
        json.set("driver", fact(npu.driver()));
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
