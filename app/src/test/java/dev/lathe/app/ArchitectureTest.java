package dev.lathe.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.optimize.Pass;
import dev.lathe.profile.worker.WorkerMain;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The house's rules that a compiler does not know. Each was seen to fail once by breaking it.
class ArchitectureTest {
    /// Classes that protoc writes: they follow its rules.
    private static final DescribedPredicate<JavaClass> GENERATED = belongTo(
            simpleName("OnnxProto").or(simpleName("ModelConfigProto"))).as("generated");
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages("dev.lathe");
    private static final JavaClasses OWN = CODE.that(not(GENERATED));

    @Test
    void looksAtEveryModule() {
        assertThat(CODE.stream().map(JavaClass::getPackageName)).contains("dev.lathe.base", "dev.lathe.graph.onnx",
                "dev.lathe.hardware.probe", "dev.lathe.profile.worker", "dev.lathe.evaluate", "dev.lathe.serving",
                "dev.lathe.optimize.pass", "dev.lathe.export.triton", "dev.lathe.app.engine.store",
                "dev.lathe.app.cli");
        assertThat(CODE.stream().map(JavaClass::getName)).noneMatch(n -> n.endsWith("Test"));
    }

    @Test
    void importsPointOneWay() {
        check(layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("core").definedBy("dev.lathe.base..", "dev.lathe.graph..")
                .layer("hardware").definedBy("dev.lathe.hardware..")
                .layer("profiler").definedBy("dev.lathe.profile..", "dev.lathe.evaluate..", "dev.lathe.serving..")
                .layer("optimizer").definedBy("dev.lathe.optimize..")
                .layer("exporters").definedBy("dev.lathe.export..")
                .layer("app").definedBy("dev.lathe.app..")
                .whereLayer("app").mayNotBeAccessedByAnyLayer()
                .whereLayer("exporters").mayOnlyBeAccessedByLayers("app")
                .whereLayer("optimizer").mayOnlyBeAccessedByLayers("app")
                .whereLayer("profiler").mayOnlyBeAccessedByLayers("optimizer", "exporters", "app")
                .whereLayer("hardware").mayOnlyBeAccessedByLayers("profiler", "optimizer", "exporters", "app")
                .ensureAllClassesAreContainedInArchitecture()
                .because("imports point one way: core <- hardware <- profiler <- {optimizer, exporters} <- app, "
                        + "so that each module can be understood and tested without those above it"));
    }

    @Test
    void baseKnowsNoModel() {
        check(noClasses().that().resideInAPackage("dev.lathe.base..").should().dependOnClassesThat()
                .resideInAPackage("dev.lathe.graph..")
                .because("the vocabulary is what everything else is said in, the model included"));
    }

    @Test
    void commandLineAndWindowDoNotKnowEachOther() {
        check(noClasses().that().resideInAPackage("dev.lathe.app.cli..").and().doNotHaveSimpleName("GuiCommand")
                .should().dependOnClassesThat().resideInAPackage("dev.lathe.app.gui..")
                .because("both are thin shells over one engine; only the command that opens the window may name it"));
        check(noClasses().that().resideInAPackage("dev.lathe.app.gui..").should().dependOnClassesThat()
                .resideInAPackage("dev.lathe.app.cli..").allowEmptyShould(true)
                .because("both are thin shells over one engine, and a window prints nothing"));
    }

    @Test
    void engineKnowsNoShell() {
        check(noClasses().that().resideInAPackage("dev.lathe.app.engine..").should().dependOnClassesThat()
                .resideInAnyPackage("dev.lathe.app.cli..", "dev.lathe.app.gui..", "dev.lathe.app.server..", "picocli..")
                .because("the verbs are the same for command line, window and server"));
    }

    @Test
    void windowToolkitStaysInTheWindow() {
        check(noClasses().that().resideOutsideOfPackages("dev.lathe.app.gui..", "dev.lathe.app.chart..").should()
                .dependOnClassesThat().resideInAPackage("javafx..")
                .because("everything but the window and its charts runs on machines without a display"));
    }

    @Test
    void viewModelsAreTestableWithoutNodes() {
        check(noClasses().that().haveSimpleNameEndingWith("ViewModel").should().dependOnClassesThat()
                .resideInAPackage("javafx.scene..").allowEmptyShould(true)
                .because("a view model holds properties and commands, and is tested without a scene"));
    }

    @Test
    void onlyTheStoreSpeaksSql() {
        check(noClasses().that().resideOutsideOfPackage("dev.lathe.app.engine.store..").should().dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
                .because("the history has one owner, who answers for its schema and its transactions"));
    }

    @Test
    void onlyReadersAndWritersOfAFormatSpeakProtobuf() {
        check(noClasses().that().resideOutsideOfPackages("dev.lathe.graph.onnx..", "dev.lathe.export.triton..").should()
                .dependOnClassesThat().resideInAPackage("com.google.protobuf..")
                .because("a schema is the affair of the one package that speaks it; all others see values"));
        check(noClasses().that().resideOutsideOfPackages("dev.lathe.graph.onnx..").should()
                .dependOnClassesThat(belongTo(simpleName("OnnxProto")))
                .because("ONNX's schema is the affair of its reader and writer"));
    }

    @Test
    void nativeOnnxLibraryIsNamedInOnePlace() {
        check(noClasses().that().resideOutsideOfPackage("dev.lathe.graph.onnx..").should().dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .because("native code of ONNX's own library is called through one class, which only workers load"));
    }

    @Test
    void onnxRuntimeIsNamedInItsBackend() {
        check(noClasses().that().resideOutsideOfPackage("dev.lathe.profile.backend..").should().dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .because("a runtime is one backend among others, and lives in a worker"));
    }

    @Test
    void applicationNamesNoWorkerAndNoBackend() {
        check(noClasses().that().resideInAPackage("dev.lathe.app..").should()
                .dependOnClassesThat(workers().or(equivalentTo(OnnxLibrary.class)))
                .because("models run in child processes: a native crash must not take the window along"));
    }

    @Test
    void applicationReachesNoInferenceEngine() {
        check(noClasses().that().resideInAPackage("dev.lathe.app..")
                .should(Dependencies.reach(resideInAnyPackage("ai.onnxruntime..", "org.bytedeco..", "ai.djl.engine..",
                        "ai.djl.pytorch.."),
                        // the tokenizers' encodings can be turned into tensors of an engine, which nobody asks of them
                        workers().or(resideInAnyPackage("ai.djl.huggingface.."))))
                .because("no inference engine is ever loaded into the application's process, however long the chain"));
    }

    private static DescribedPredicate<JavaClass> workers() {
        return resideInAnyPackage("dev.lathe.profile.worker..", "dev.lathe.profile.backend..")
                .as("the worker and its backends");
    }

    @Test
    void onlyTheCommandLinePrints() {
        check(noClasses().that().resideOutsideOfPackage("dev.lathe.app.cli..").and()
                .doNotBelongToAnyOf(WorkerMain.class)
                .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
                .orShould().callMethodWhere(target(name("printStackTrace")))
                .because("stdout carries results and stderr progress, and both belong to the command line; "
                        + "a worker's stderr is its parent's log"));
        check(noClasses().that().belongToAnyOf(WorkerMain.class).should().accessField(System.class, "out")
                .because("native code prints to a worker's stdout, so nothing of ours is to be found there"));
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching("dev.lathe.(**)").should().beFreeOfCycles()
                .because("what depends on one another in a circle can only be read, tested and changed together"));
    }

    @Test
    void passesAreRecordsThatDoNotUseOneAnother() {
        DescribedPredicate<JavaClass> passes = assignableTo(Pass.class).and(not(equivalentTo(Pass.class)))
                .as("passes");
        check(classes().that(passes).should().beRecords().andShould().resideInAPackage("dev.lathe.optimize.pass")
                .because("a pass's options are its components: help, form, recipe and reference page come from them"));
        check(noClasses().that(passes).should(new ArchCondition<>("use another pass") {
            @Override
            public void check(JavaClass pass, ConditionEvents events) {
                pass.getDirectDependenciesFromSelf().stream()
                        .filter(d -> passes.test(d.getTargetClass()) && !d.getTargetClass().equals(pass))
                        .forEach(d -> events.add(SimpleConditionEvent.satisfied(d, d.getDescription())));
            }
        }).because("a recipe puts passes in order; one that calls another has an order of its own that nobody sees"));
    }

    @Test
    void noTypeIsNamedAfterNothing() {
        check(classes().should().haveNameNotMatching(".*(Manager|Helper|Utils?|Impl)$")
                .because("such a name says nothing of what is inside, so anything comes to be put there"));
        check(classes().should().haveNameNotMatching(".*[.$](I[A-Z][a-z]\\w*|Abstract\\w*Base)$")
                .because("a type is named for what it is, not for how the language has it"));
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = CODE.stream().map(JavaClass::getPackage).distinct()
                .filter(p -> !p.isAnnotatedWith(NullMarked.class)).map(JavaPackage::getName).sorted().toList();
        assertThat(unmarked).as("packages whose package-info.java lacks @NullMarked: there null is not checked")
                .isEmpty();
    }

    private static void check(ArchRule rule) {
        rule.check(OWN);
    }
}
