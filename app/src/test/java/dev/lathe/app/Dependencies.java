package dev.lathe.app;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A condition over chains of dependencies, which ArchUnit's own transitive one cannot end at a border.
final class Dependencies {
    private Dependencies() {}

    /// Holds for classes from which a chain of dependencies leads to a target without a step into the border.
    static ArchCondition<JavaClass> reach(DescribedPredicate<JavaClass> target, DescribedPredicate<JavaClass> border) {
        return new ArchCondition<>(
                "reach " + target.getDescription() + " without crossing " + border.getDescription()) {
            // Known to lead nowhere: asked once, not again for every class that comes by.
            private final Set<JavaClass> harmless = new HashSet<>();

            @Override
            public void check(JavaClass start, ConditionEvents events) {
                Optional<String> chain = chain(start);
                events.add(new SimpleConditionEvent(start, chain.isPresent(),
                        chain.orElseGet(() -> start.getName() + " reaches none")));
            }

            private Optional<String> chain(JavaClass start) {
                Map<JavaClass, String> seen = new HashMap<>();
                Deque<JavaClass> open = new ArrayDeque<>();
                seen.put(start, start.getName());
                open.add(start);
                while (!open.isEmpty()) {
                    JavaClass at = open.remove();
                    String way = Optional.ofNullable(seen.get(at)).orElseThrow();
                    for (Dependency dependency : at.getDirectDependenciesFromSelf()) {
                        JavaClass next = dependency.getTargetClass().getBaseComponentType();
                        if (border.test(next) || harmless.contains(next)
                                || seen.putIfAbsent(next, way + " -> " + next.getName()) != null) {
                            continue;
                        }
                        if (target.test(next)) {
                            return Optional.of(way + " -> " + next.getName());
                        }
                        open.add(next);
                    }
                }
                harmless.addAll(seen.keySet());
                return Optional.empty();
            }
        };
    }
}
