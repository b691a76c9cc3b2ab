package dev.lathe.app.chart;

import java.util.List;

/// Points with intervals.
///
/// @param name whose they are
/// @param points in the order they are joined
public record Whiskers(String name, List<Point> points) {

    /// Copies the list.
    public Whiskers {
        points = List.copyOf(points);
    }

    /// A value within its interval.
    public record Range(double value, double low, double high) {

        /// A value without an interval.
        public static Range exactly(double value) {
            return new Range(value, value, value);
        }
    }

    /// One point.
    ///
    /// @param n how many observations it rests on; 0 where that is not said
    public record Point(Range x, Range y, int n) {

        /// A point of which nobody asks how many observations it rests on.
        public Point(Range x, Range y) {
            this(x, y, 0);
        }
    }
}
