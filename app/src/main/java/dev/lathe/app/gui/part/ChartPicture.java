package dev.lathe.app.gui.part;

import dev.lathe.app.chart.Chart;
import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.IntBuffer;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Region;
import javafx.scene.shape.Rectangle;
import javafx.stage.Window;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

/// The finished picture of a chart, in the pixels of the screen. The chart belongs to the thread that draws: all that
/// changes it, reads it or draws it is done there, and the window's thread copies the pixels. However often a chart changes
/// while it is drawn, it is drawn once more. Drag to zoom, back or up to show all again; the wheel zooms too.
final class ChartPicture extends Region {
    private static final double LEAST_DRAG = 10;
    private static final double CLOSER = 1 / 1.1;

    private final Chart chart;
    private final Drawing drawing;
    private final ImageView image = new ImageView();
    private final Rectangle drag = new Rectangle();
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ChartRenderingInfo info = new ChartRenderingInfo();
    private volatile Size wanted = new Size(0, 0, 1);
    /// What of the drawing lies between the axes.
    private volatile Rectangle2D area = new Rectangle2D.Double();
    private boolean isFilled;
    private boolean hasRoomForNames = true;
    private Runnable shown = () -> {};
    private Optional<PixelBuffer<IntBuffer>> front = Optional.empty();

    /// How large it is drawn.
    ///
    /// @param scale pixels of the screen for each of the window's
    private record Size(double width, double height, double scale) {
        int pixelsWide() {
            return (int) Math.ceil(width * scale);
        }

        int pixelsHigh() {
            return (int) Math.ceil(height * scale);
        }
    }

    ChartPicture(Chart chart, Drawing drawing) {
        this.chart = chart;
        this.drawing = drawing;
        info.setEntityCollection(null);
        image.setManaged(false);
        image.setMouseTransparent(true);
        drag.setManaged(false);
        drag.setVisible(false);
        drag.setMouseTransparent(true);
        drag.getStyleClass().add("chart-zoom");
        getStyleClass().add("chart-picture");
        getChildren().addAll(image, drag);
        widthProperty().subscribe(_ -> resized());
        heightProperty().subscribe(_ -> resized());
        sceneProperty().flatMap(Scene::windowProperty).flatMap(Window::outputScaleXProperty).subscribe(_ -> resized());
        addEventHandler(MouseEvent.MOUSE_DRAGGED, this::dragged);
        addEventHandler(MouseEvent.MOUSE_RELEASED, this::released);
        addEventHandler(ScrollEvent.SCROLL, this::wheel);
    }

    private void resized() {
        double scale = Optional.ofNullable(getScene()).map(Scene::getWindow).map(Window::getOutputScaleX).orElse(1.0);
        wanted = new Size(getWidth(), getHeight(), Math.max(scale, drawing.leastScale()));
        ask();
    }

    /// Changes the chart, and draws it.
    ///
    /// @param work what is done on the thread that draws; says whether there is something to draw
    void show(BooleanSupplier work) {
        change(() -> isFilled = work.getAsBoolean());
    }

    /// Changes the chart, and draws it.
    void change(Runnable work) {
        changes.add(work);
        ask();
    }

    /// Asks the chart something on the thread that draws; the answer comes back on the window's.
    ///
    /// @param question is given the part of the drawing between the axes
    <T> void ask(Function<Rectangle2D, T> question, Consumer<T> answer) {
        drawing.perform(() -> {
            T said = question.apply(area);
            Platform.runLater(() -> answer.accept(said));
        });
    }

    /// What is done on the window's thread whenever a drawing is shown, or there is nothing to draw.
    void onShown(Runnable listener) {
        shown = listener;
    }

    /// Whether the names of the series have room in what is seen; on the window's thread.
    boolean hasRoomForNames() {
        return hasRoomForNames;
    }

    /// The part of the latest drawing between the axes.
    Rectangle2D area() {
        return area;
    }

    /// A copy of what is seen.
    Optional<WritableImage> copy() {
        return Optional.ofNullable(image.getImage()).map(i -> new WritableImage(i.getPixelReader(), (int) i.getWidth(),
                (int) i.getHeight()));
    }

    private void ask() {
        if (asked.compareAndSet(false, true)) {
            drawing.perform(this::draw);
        }
    }

    /// On the thread that draws, which waits for the picture to be copied: pictures come one by one, and no faster than
    /// the window takes them.
    private void draw() {
        asked.set(false);
        for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
            change.run();
        }
        Size size = wanted;
        boolean filled = isFilled;
        boolean drawn = filled && size.pixelsWide() > 0 && size.pixelsHigh() > 0;
        BufferedImage page = drawing.page(drawn ? size.pixelsWide() : 1, drawn ? size.pixelsHigh() : 1);
        if (drawn) {
            paint(page, size);
        }
        boolean named = chart.hasRoomForNames(size.height());
        CountDownLatch copied = new CountDownLatch(1);
        Platform.runLater(() -> {
            if (drawn) {
                copy(page, size);
            }
            setVisible(filled);
            hasRoomForNames = named;
            shown.run();
            copied.countDown();
        });
        try {
            copied.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void paint(BufferedImage page, Size size) {
        Graphics2D graphics = page.createGraphics();
        try {
            graphics.setComposite(AlphaComposite.Clear);
            graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
            graphics.setComposite(AlphaComposite.SrcOver);
            graphics.scale(size.scale(), size.scale());
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            chart.chart().draw(graphics, new Rectangle2D.Double(0, 0, size.width(), size.height()), null, info);
        } finally {
            graphics.dispose();
        }
        area = (Rectangle2D) info.getPlotInfo().getDataArea().clone();
    }

    private void copy(BufferedImage page, Size size) {
        int width = page.getWidth();
        int height = page.getHeight();
        PixelBuffer<IntBuffer> pixels = front.filter(f -> f.getWidth() == width && f.getHeight() == height)
                .orElseGet(() -> {
                    PixelBuffer<IntBuffer> made = new PixelBuffer<>(width, height, IntBuffer.allocate(width * height),
                            PixelFormat.getIntArgbPreInstance());
                    image.setImage(new WritableImage(made));
                    return made;
                });
        front = Optional.of(pixels);
        image.setFitWidth(width / size.scale());
        image.setFitHeight(height / size.scale());
        pixels.updateBuffer(buffer -> {
            buffer.getBuffer().put(0, ((DataBufferInt) page.getRaster().getDataBuffer()).getData());
            return null;
        });
    }

    private void dragged(MouseEvent event) {
        if (event.getButton() != MouseButton.PRIMARY) {
            return;
        }
        if (!drag.isVisible()) {
            drag.setX(event.getX());
            drag.setY(event.getY());
            drag.setVisible(true);
        }
        drag.setWidth(Math.max(0, event.getX() - drag.getX()));
        drag.setHeight(Math.max(0, event.getY() - drag.getY()));
    }

    private void released(MouseEvent event) {
        if (!drag.isVisible()) {
            return;
        }
        drag.setVisible(false);
        double across = event.getX() - drag.getX();
        double down = event.getY() - drag.getY();
        if (across <= -LEAST_DRAG || down <= -LEAST_DRAG) {
            change(chart::reset);
        } else if (across >= LEAST_DRAG || down >= LEAST_DRAG) {
            Rectangle2D part = new Rectangle2D.Double(drag.getX(), drag.getY(), across, down);
            change(() -> zoomInto(part));
        }
    }

    /// Along the axes that it was dragged along.
    private void zoomInto(Rectangle2D part) {
        Rectangle2D seen = part.createIntersection(area);
        if (seen.isEmpty()) {
            return;
        }
        double left = (seen.getMinX() - area.getMinX()) / area.getWidth();
        double right = (seen.getMaxX() - area.getMinX()) / area.getWidth();
        double low = (area.getMaxY() - seen.getMaxY()) / area.getHeight();
        double high = (area.getMaxY() - seen.getMinY()) / area.getHeight();
        XYPlot plot = chart.chart().getXYPlot();
        PlotRenderingInfo places = info.getPlotInfo();
        Point2D at = new Point2D.Double(seen.getCenterX(), seen.getCenterY());
        boolean flat = plot.getOrientation().isHorizontal();
        if (part.getWidth() >= LEAST_DRAG) {
            if (flat) {
                plot.zoomRangeAxes(left, right, places, at);
            } else {
                plot.zoomDomainAxes(left, right, places, at);
            }
        }
        if (part.getHeight() >= LEAST_DRAG) {
            if (flat) {
                plot.zoomDomainAxes(low, high, places, at);
            } else {
                plot.zoomRangeAxes(low, high, places, at);
            }
        }
    }

    private void wheel(ScrollEvent event) {
        Point2D at = new Point2D.Double(event.getX(), event.getY());
        if (event.getDeltaY() == 0 || !area.contains(at)) {
            return;
        }
        double factor = event.getDeltaY() > 0 ? CLOSER : 1 / CLOSER;
        change(() -> {
            XYPlot plot = chart.chart().getXYPlot();
            plot.zoomDomainAxes(factor, info.getPlotInfo(), at, true);
            plot.zoomRangeAxes(factor, info.getPlotInfo(), at, true);
        });
        event.consume();
    }
}
