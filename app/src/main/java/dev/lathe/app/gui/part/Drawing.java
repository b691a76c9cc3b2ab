package dev.lathe.app.gui.part;

import java.awt.image.BufferedImage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The thread on which charts change and are drawn, one after the other, while the window's thread answers clicks. It ends
/// while there is nothing to draw.
public final class Drawing {
    private static final int LINGERS_SECONDS = 10;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, LINGERS_SECONDS, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("lathe-charts").factory());
    private final AtomicInteger open = new AtomicInteger();
    private final double leastScale;
    private BufferedImage page = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);

    /// Draws with at least so many pixels for each of the window's.
    Drawing(double leastScale) {
        this.leastScale = leastScale;
        thread.allowCoreThreadTimeOut(true);
    }

    double leastScale() {
        return leastScale;
    }

    /// Does this when all before it is done.
    void perform(Runnable work) {
        open.incrementAndGet();
        thread.execute(() -> {
            try {
                work.run();
            } finally {
                open.decrementAndGet();
            }
        });
    }

    /// Whether all that was asked for is drawn and shown.
    public boolean isIdle() {
        return open.get() == 0;
    }

    /// What is drawn on, to be used until the next call; on the thread that draws.
    BufferedImage page(int width, int height) {
        if (page.getWidth() != width || page.getHeight() != height) {
            page = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB_PRE);
        }
        return page;
    }
}
