package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.operators.Judgement;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.OperatorTotal;
import dev.lathe.profile.operators.Placement;
import dev.lathe.profile.operators.ProfileComparison;
import dev.lathe.profile.operators.Roofline;
import dev.lathe.profile.operators.Trace;
import dev.lathe.profile.operators.Work;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ProfileTextTest {
    private static Estimate about(double us) {
        return new Estimate(us * 1e3, new Interval(us * 0.98e3, us * 1.02e3), 40);
    }

    private static OperatorTime node(String name, String operator, double us) {
        Work work = new Work(Reading.known(5e6, "test"), Reading.known(1e5, "test"), Work.Arithmetic.FLOAT32);
        return new OperatorTime(new OperatorTime.Identity(name, operator, Placement.CPU, List.of(name)), about(us), 1,
                new Trace.Details(1, Reading.unknown("test")), new Trace.Signature(List.of(), List.of()), work,
                Roofline.judge(work, about(us), 1, Reading.unknown("not measured here")));
    }

    private static OperatorProfile profile(Placement placement) {
        return new OperatorProfile(
                new OperatorProfile.Origin("m.onnx", SessionSettings.threads(2), "ONNX Runtime 1", "random inputs"),
                new OperatorProfile.Times(about(160), about(145), about(15), Reading.known(about(90), "test")),
                List.of(node("stem", "Conv", 100), node("head", "Gemm", 40)),
                List.of(new OperatorTotal("Conv", 1, about(100), 0.714, Reading.known(5e6, "test"),
                        Judgement.Bound.COMPUTE)),
                placement, Reading.unknown("not measured here"),
                List.of(Problem.warning("profile-disturbed", "", "most runs were disturbed", "Profile again.")));
    }

    private static Placement placement(int placed, int rest) {
        SequencedMap<String, Integer> providers = new LinkedHashMap<>();
        providers.put("CUDAExecutionProvider", placed);
        if (rest > 0) {
            providers.put(Placement.CPU, rest);
        }
        return new Placement("CUDAExecutionProvider", providers, rest > 0 ? List.of("Resize") : List.of());
    }

    @Test
    void saysWhereTheTimeGoesAndWhatItRestsOn() {
        String text = ProfileText.of(profile(placement(1, 1)), true, true, 1);
        assertThat(text).contains("stem  Conv      100 µs [98.0, 102]  71.4 %", "unknown: not measured here",
                "and 1 more nodes with 28.6 % of the time (--top 2 shows all)",
                "query    160 µs [157, 163] with profiling on, 90.0 µs [88.2, 91.8] without; n = 40",
                "145 µs [142, 148] in one run, 140 µs as sum of their medians; 10.0 M multiply-accumulates",
                "placed   1 of 2 on CUDA, the rest on CPU: Resize", "ceilings not measured here",
                "2 threads, random inputs; intervals are 95 %", "caveat   most runs were disturbed. Profile again.");
        assertThat(ProfileText.of(profile(placement(2, 0)), false, true, 20)).doesNotContain("stem");
    }

    @Test
    void gainsWithinTheIntervalsAreNotShown() {
        ProfileComparison comparison = new ProfileComparison("base.onnx", "small.onnx",
                List.of(new ProfileComparison.Pair("stem", "Conv", "com.microsoft:QLinearConv", about(100), about(30)),
                        new ProfileComparison.Pair("head", "Gemm", "Gemm", about(40), about(40.5))),
                List.of(), List.of(node("x_QuantizeLinear", "QuantizeLinear", 7)));
        String text = ProfileText.of(comparison, profile(placement(2, 0)), profile(placement(2, 0)));
        assertThat(text).contains("stem    100 µs  30.0 µs  70.0 µs  Conv -> com.microsoft:QLinearConv",
                "head  40.0 µs  40.5 µs  not shown  Gemm", "only in small.onnx", "x_QuantizeLinear")
                .doesNotContain("only in base.onnx");
    }

    @Test
    void fallingBackIsAMissedLimitForThoseWhoAsk() {
        assertThat(ProfileCommand.code(placement(3, 1), true)).isEqualTo(4);
        assertThat(ProfileCommand.code(placement(3, 1), false)).isZero();
        assertThat(ProfileCommand.code(placement(3, 0), true)).isZero();
    }
}
