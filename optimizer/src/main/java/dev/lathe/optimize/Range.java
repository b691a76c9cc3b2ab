package dev.lathe.optimize;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Which numbers an option of a pass takes: for lists, forms, the recipe's schema and messages. The pass's constructor checks
/// it too.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

    /// The smallest.
    double min() default Double.NEGATIVE_INFINITY;

    /// The largest.
    double max() default Double.POSITIVE_INFINITY;

    /// The only ones; any between the bounds where it is empty.
    double[] allowed() default {};
}
