package dev.lathe.serving;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// List prices of rented machines, from a JSON file that the user may replace.
///
/// Of the file, `onDemandPerHour` is read: entries with `provider`, `region`, `type`, `vcpu`, `memoryGiB`, `usd`, and
/// optionally `arch` and `accelerator`. `currency` (default USD), `asOf` and `sourceKind` stand at the top and may be
/// overridden by an entry.
///
/// @param entries the machines in the file's order, at least one
public record PriceCatalogue(List<PriceEntry> entries) {
    private static final String BUILT_IN = "prices.json";
    private static final int NAMES_SHOWN = 5;

    /// Keeps the entries.
    public PriceCatalogue {
        entries = List.copyOf(entries);
    }

    /// The catalogue that Lathe ships. Its prices are dated and nobody keeps them fresh.
    public static PriceCatalogue builtIn() {
        try (InputStream in = PriceCatalogue.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException(BUILT_IN + " is missing from the jar");
            }
            return parse(in.readAllBytes(), BUILT_IN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A user's own catalogue.
    ///
    /// @throws ProblemException if the file cannot be read, is no JSON, or an entry lacks a field
    public static PriceCatalogue read(Path file) {
        try {
            return parse(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new ProblemException(Problem.error("prices-unreadable", file.toString(),
                    "the price catalogue cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Give a JSON file such as the built-in prices.json."), e);
        }
    }

    /// The price of a machine by its type (`c7i.large`) or by provider and type (`aws/c7i.large`).
    ///
    /// A type that several entries have is the first of them. It is a projection: what was measured here is priced as
    /// that machine.
    ///
    /// @throws ProblemException if there is none: the sentence lists those with a similar name
    public Price price(String instance) {
        return entries.stream().filter(
                entry -> entry.type().equals(instance) || (entry.provider() + "/" + entry.type()).equals(instance))
                .findFirst().orElseThrow(() -> Problem.error("unknown-instance", "--instance " + instance,
                        "the price catalogue has no such machine",
                        "Near it are " + near(instance) + "; or give the price itself with --price.").toException())
                .price(true);
    }

    /// The price to assume when the user names none: a projection, never this machine's own price.
    ///
    /// Of the machines without an accelerator and of the same architecture (or of none stated):
    /// 1. the cheapest with at least the CPUs and the memory that are usable here;
    /// 2. else the cheapest with at least the CPUs, and the origin says how much memory it has;
    /// 3. else as many of one machine as give the CPUs, the cheapest such sum, as "16 x aws c7i.xlarge us-east-1".
    ///
    /// @param usableCpus CPUs that the measurement could use, at least 1
    /// @param memoryGiB memory that it could use
    /// @param arch `x86-64` or `arm64`; other spellings of the two are understood
    /// @return the price, or why none fits
    public Reading<Price> assumed(int usableCpus, double memoryGiB, String arch) {
        String wanted = canonicalArch(arch);
        List<PriceEntry> fitting = entries.stream().filter(entry -> entry.machine().accelerator().isEmpty())
                .filter(entry -> entry.machine().arch().map(PriceCatalogue::canonicalArch).orElse(wanted)
                        .equals(wanted))
                .toList();
        Optional<PriceEntry> whole = cheapest(fitting.stream()
                .filter(entry -> entry.vcpu() >= usableCpus && entry.memoryGiB() >= memoryGiB).toList());
        if (whole.isPresent()) {
            return Reading.known(whole.get().price(true), "cheapest with the CPUs and the memory of this machine");
        }
        Optional<PriceEntry> cpus = cheapest(fitting.stream().filter(entry -> entry.vcpu() >= usableCpus).toList());
        if (cpus.isPresent()) {
            Price price = cpus.get().price(true);
            String origin = String.format(Locale.ROOT, "%s (%.0f GiB, here %.0f)", price.origin(),
                    cpus.get().memoryGiB(), memoryGiB);
            return Reading.known(new Price(price.perHour(), price.currency(), price.asOf(), origin, true),
                    "cheapest with the CPUs of this machine; none has its memory");
        }
        return fitting.stream().map(entry -> entry.times(Math.ceilDiv(usableCpus, entry.vcpu())))
                .min(Comparator.comparingDouble(Price::perHour))
                .map(price -> Reading.known(price, "several machines; none alone has the CPUs of this one"))
                .orElseGet(() -> Reading.unknown(
                        "the price catalogue has no machine of architecture " + arch + " without an accelerator"));
    }

    private static Optional<PriceEntry> cheapest(List<PriceEntry> entries) {
        return entries.stream().min(Comparator.comparingDouble(PriceEntry::perHour));
    }

    private static String canonicalArch(String arch) {
        return switch (arch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x86-64", "x64" -> "x86-64";
            case "aarch64", "arm64" -> "arm64";
            case String other -> other;
        };
    }

    private String near(String instance) {
        String wanted = instance.substring(instance.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        return entries.stream().sorted(Comparator.comparingInt(entry -> distance(wanted, entry.type())))
                .limit(NAMES_SHOWN).map(entry -> entry.provider() + "/" + entry.type())
                .collect(Collectors.joining(", "));
    }

    /// Levenshtein's distance.
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }

    private static PriceCatalogue parse(byte[] json, String where) {
        JsonNode root;
        try {
            root = JsonMapper.builder().build().readTree(json);
        } catch (JacksonException e) {
            throw new ProblemException(Problem.error("prices-not-json", where, "the price catalogue is not JSON",
                    "Give a JSON file such as the built-in prices.json."), e);
        }
        JsonNode list = root.path("onDemandPerHour");
        if (!list.isArray() || list.isEmpty()) {
            throw Problem.error("prices-empty", where, "the price catalogue has no onDemandPerHour entries",
                    "Give a JSON file such as the built-in prices.json.").toException();
        }
        List<PriceEntry> entries = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            EntryReader reader = new EntryReader(root, list.get(i), where + ", entry " + i, problems);
            reader.entry().ifPresent(entries::add);
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(problems);
        }
        return new PriceCatalogue(entries);
    }

    /// Reads one entry and gathers what is wrong with it.
    private record EntryReader(JsonNode root, JsonNode node, String where, List<Problem> problems) {

        Optional<PriceEntry> entry() {
            int before = problems.size();
            String asOf = text("asOf", "");
            if (asOf.isEmpty()) {
                missing("asOf", "has no date", "Add asOf to the entry or to the top of the file.");
            }
            String provider = required("provider");
            String region = required("region");
            String type = required("type");
            double vcpu = positive("vcpu");
            double memoryGiB = positive("memoryGiB");
            double usd = positive("usd");
            PriceEntry.Kind kind = new PriceEntry.Kind(optional("arch"), optional("accelerator"));
            PriceEntry.Source source = new PriceEntry.Source(text("currency", "USD"), asOf,
                    text("sourceKind", "not stated"));
            return problems.size() > before
                    ? Optional.empty()
                    : Optional.of(new PriceEntry(provider, region, type, (int) vcpu, memoryGiB, kind, usd, source));
        }

        private String required(String field) {
            String value = node.path(field).asString("");
            if (value.isEmpty()) {
                missing(field, "has no " + field, "Add it.");
            }
            return value;
        }

        private double positive(String field) {
            double value = node.path(field).asDouble(0);
            if (!(value > 0)) {
                missing(field, "has no " + field + " above 0", "Give a number.");
            }
            return value;
        }

        private Optional<String> optional(String field) {
            return Optional.of(node.path(field).asString("")).filter(value -> !value.isEmpty());
        }

        private String text(String field, String otherwise) {
            return optional(field).orElse(root.path(field).asString(otherwise));
        }

        private void missing(String field, String what, String remedy) {
            problems.add(Problem.error("price-entry-" + field.toLowerCase(Locale.ROOT), where, "it " + what, remedy));
        }
    }
}
