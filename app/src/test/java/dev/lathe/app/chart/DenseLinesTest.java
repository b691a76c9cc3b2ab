package dev.lathe.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class DenseLinesTest {
    private static Path2D zigzag(int points, double width) {
        Path2D path = new Path2D.Double();
        path.moveTo(0, 50);
        for (int i = 1; i < points; i++) {
            path.lineTo(i * width / points, i % 2 == 0 ? 40 : 60);
        }
        return path;
    }

    @Test
    void everyColumnReachesFromTheLowestPointToTheHighest() {
        Path2D path = zigzag(1000, 100);
        DenseLines.Columns columns = new DenseLines.Columns(0, 100);
        columns.add(path.getPathIterator(null));
        assertThat(columns.points()).isEqualTo(999);
        assertThat(columns.bar(50).getMinY()).isEqualTo(40 - ChartTheme.LINE / 2);
        assertThat(columns.bar(50).getMaxY()).isEqualTo(60 + ChartTheme.LINE / 2);
    }

    @Test
    void aSingleOutlierAmongThousandsIsDrawnToItsTop() {
        Path2D path = zigzag(5000, 100);
        path.lineTo(100, 50);
        path.lineTo(100.2, 5);
        path.lineTo(100.4, 50);
        DenseLines.Columns columns = new DenseLines.Columns(0, 110);
        columns.add(path.getPathIterator(null));
        assertThat(columns.bar(100).getMinY()).isEqualTo(5 - ChartTheme.LINE / 2);
    }

    @Test
    void aLineAcrossColumnsIsFollowedPlaceByPlace() {
        Path2D path = new Path2D.Double();
        path.moveTo(0, 0);
        path.lineTo(10, 100);
        DenseLines.Columns columns = new DenseLines.Columns(0, 10);
        columns.add(path.getPathIterator(null));
        assertThat(columns.bar(3).getMinY()).isEqualTo(30 - ChartTheme.LINE / 2);
        assertThat(columns.bar(3).getMaxY()).isEqualTo(40 + ChartTheme.LINE / 2);
    }

    @Test
    void whatLiesOutsideOfTheDrawingIsNotCounted() {
        DenseLines.Columns columns = new DenseLines.Columns(200, 100);
        columns.add(zigzag(1000, 100).getPathIterator(null));
        assertThat(columns.points()).isZero();
    }

    /// Thousands of queries with one outlier: its top is painted in the hue of the line, in the picture that is saved.
    @Test
    void chartOfThousandsOfQueriesShowsTheOutlier() {
        int n = 4000;
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = i / 1000.0;
            y[i] = i == 2000 ? 100 : 1 + 0.1 * (i % 2);
        }
        LatencyOverTime chart = new LatencyOverTime();
        chart.show(List.of(new Points("v", x, y)));
        BufferedImage picture = ChartFile.picture(chart.chart(), 400, 200);
        Color hue = chart.hue("v");
        boolean found = false;
        for (int column = 0; column < picture.getWidth(); column++) {
            // the upper half holds nothing but the outlier
            found |= picture.getRGB(column, picture.getHeight() / 5) == hue.getRGB();
        }
        assertThat(found).isTrue();
    }
}
