package dev.lathe.app.chart;

import java.util.List;

/// The points of a line, in the order they are joined; a NaN in `y` breaks it.
///
/// @param name whose line it is
/// @param x places
/// @param y values, as many as places
/// @param n how many observations the line rests on; 0 where that is not said
// the arrays are the point: hundreds of thousands of numbers are not boxed
@SuppressWarnings("ArrayRecordComponent")
public record Points(String name, double[] x, double[] y, int n) {

    /// Checks the lengths.
    public Points {
        if (x.length != y.length) {
            throw new IllegalArgumentException(x.length + " places and " + y.length + " values");
        }
    }

    /// A line of which nobody asks how many observations it rests on.
    public Points(String name, double[] x, double[] y) {
        this(name, x, y, 0);
    }

    /// How many points there are.
    public int size() {
        return x.length;
    }

    /// Lines as tab-separated text, for other programs.
    public static String tsv(List<Points> lines, String xName, String yName) {
        StringBuilder text = new StringBuilder("series\t" + xName + "\t" + yName + "\n");
        for (Points line : lines) {
            for (int i = 0; i < line.size(); i++) {
                if (!Double.isNaN(line.y[i])) {
                    text.append(line.name).append('\t').append(line.x[i]).append('\t').append(line.y[i]).append('\n');
                }
            }
        }
        return text.toString();
    }
}
