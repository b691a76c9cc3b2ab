package dev.lathe.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceCatalogueTest {
    private final PriceCatalogue catalogue = PriceCatalogue.builtIn();

    @TempDir
    private Path folder;

    @Test
    void everyEntryKeepsCurrencyRegionDateAndSource() {
        assertThat(catalogue.entries()).hasSize(14).allSatisfy(entry -> {
            assertThat(entry.source().currency()).isEqualTo("USD");
            assertThat(entry.source().asOf()).matches("\\d{4}-\\d{2}");
            assertThat(entry.source().kind()).startsWith("list price");
            assertThat(entry.region()).isNotEmpty();
            assertThat(entry.machine().arch()).isPresent();
        });
    }

    @Test
    void findsAMachineByTypeAndByProviderAndType() {
        Price price = catalogue.price("c7i.large");
        assertThat(price).isEqualTo(
                new Price(0.0893, "USD", Optional.of("2025-06"), "aws c7i.large us-east-1", true));
        assertThat(catalogue.price("aws/c7i.large")).isEqualTo(price);
        assertThat(price.words())
                .isEqualTo("priced as aws c7i.large us-east-1, 0.0893 USD/h as of 2025-06 (projection)");
    }

    @Test
    void namesMachinesNearAnUnknownOne() {
        assertThatThrownBy(() -> catalogue.price("c7i.larg"))
                .hasMessage("--instance c7i.larg: the price catalogue has no such machine. "
                        + "Near it are aws/c7i.large, aws/c7i.xlarge, aws/c7a.large, aws/c7g.large, aws/m7i.large; "
                        + "or give the price itself with --price.");
        assertThatThrownBy(() -> catalogue.price("gcp/c7i.large")).hasMessageContaining("Near it are aws/c7i.large");
    }

    @Test
    void assumesTheCheapestOfTheSameArchitecture() {
        assertThat(assumed(2, 4, "amd64").origin()).isEqualTo("gcp e2-standard-2 us-central1");
        assertThat(assumed(2, 4, "aarch64").origin()).isEqualTo("aws c7g.large us-east-1");
        assertThat(assumed(4, 8, "x86-64").origin()).isEqualTo("aws c7i.xlarge us-east-1");
        assertThat(assumed(2, 4, "amd64").projection()).isTrue();
    }

    @Test
    void saysWhereItsMachineHasLessMemory() {
        Price price = assumed(2, 23.4, "amd64");
        assertThat(price.origin()).isEqualTo("gcp e2-standard-2 us-central1 (8 GiB, here 23)");
        assertThat(price.perHour()).isEqualTo(0.067);
    }

    @Test
    void addsUpMachinesWhereNoneHasTheCpus() {
        Price price = assumed(64, 256, "amd64");
        assertThat(price.origin()).isEqualTo("32 x gcp e2-standard-2 us-central1");
        assertThat(price.perHour()).isCloseTo(32 * 0.067, within(1e-9));
        assertThat(price.projection()).isTrue();
    }

    @Test
    void saysWhereNoMachineFits() {
        assertThat(catalogue.assumed(2, 4, "riscv64")).isEqualTo(
                Reading.unknown("the price catalogue has no machine of architecture riscv64 without an accelerator"));
    }

    @Test
    void readsAnotherFileWhoseEntriesOverrideTheTop() throws IOException {
        Path file = write("""
                {"asOf": "2026-01", "currency": "EUR", "onDemandPerHour": [
                  {"provider": "own", "region": "rack 3", "type": "node", "vcpu": 8, "memoryGiB": 32, "usd": 0.2,
                   "asOf": "2026-09"}]}
                """);
        PriceCatalogue own = PriceCatalogue.read(file);
        assertThat(own.price("own/node"))
                .isEqualTo(new Price(0.2, "EUR", Optional.of("2026-09"), "own node rack 3", true));
        // no architecture stated: fits any
        assertThat(own.assumed(8, 32, "aarch64").toOptional()).isPresent();
    }

    @Test
    void saysEverythingThatIsWrongWithAFile() throws IOException {
        Path entries = write(
                """
                        {"onDemandPerHour": [{"provider": "own", "region": "r", "type": "t", "vcpu": 0, "memoryGiB": 4, "usd": -1},
                          {"provider": "own", "region": "r", "vcpu": 1, "memoryGiB": "much", "usd": 1, "asOf": "2026"}]}
                        """);
        assertThatThrownBy(() -> PriceCatalogue.read(entries)).hasMessage(String.join("\n",
                entries + ", entry 0: it has no date. Add asOf to the entry or to the top of the file.",
                entries + ", entry 0: it has no vcpu above 0. Give a number.",
                entries + ", entry 0: it has no usd above 0. Give a number.",
                entries + ", entry 1: it has no type. Add it.",
                entries + ", entry 1: it has no memoryGiB above 0. Give a number."));
    }

    @Test
    void saysThatAFileIsNoCatalogue() throws IOException {
        Path page = write("<html>");
        assertThatThrownBy(() -> PriceCatalogue.read(page)).hasMessage(
                page + ": the price catalogue is not JSON. Give a JSON file such as the built-in prices.json.");
        Path empty = write("{}");
        assertThatThrownBy(() -> PriceCatalogue.read(empty)).hasMessage(empty
                + ": the price catalogue has no onDemandPerHour entries. Give a JSON file such as the built-in prices.json.");
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> PriceCatalogue.read(missing)).hasMessage(missing
                + ": the price catalogue cannot be read (NoSuchFileException). "
                + "Give a JSON file such as the built-in prices.json.");
    }

    @Test
    void aGivenPriceIsThisMachinesOwn() {
        assertThat(Price.given(0.09)).isEqualTo(new Price(0.09, "USD", Optional.empty(), "--price", false));
        assertThat(Price.given(0.09).words()).isEqualTo("priced as --price, 0.09 USD/h");
        assertThatThrownBy(() -> Price.given(-1)).hasMessage(
                "--price: -1.0 is not a price. Give US dollars an hour above 0, for example --price 0.09.");
        assertThatThrownBy(() -> Price.given(Double.NaN)).hasMessageStartingWith("--price: NaN is not a price");
    }

    private Price assumed(int cpus, double memoryGiB, String arch) {
        return catalogue.assumed(cpus, memoryGiB, arch).toOptional().orElseThrow();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("prices.json"), text);
    }
}
