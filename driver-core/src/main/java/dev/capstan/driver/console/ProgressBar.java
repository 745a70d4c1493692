package dev.capstan.driver.console;

/** A bar that fills from the left. */
public final class ProgressBar {
    private ProgressBar() {}

    /**
     * @param width in characters, at least 3
     * @param unicode whether the terminal can show more than ASCII
     */
    public static String of(long done, long total, int width, boolean unicode) {
        int inner = unicode ? width : width - 2;
        int full = total <= 0 ? inner : (int) Math.min(inner, inner * done / total);
        return unicode
                ? "━".repeat(full) + "╌".repeat(inner - full)
                : "[" + "#".repeat(full) + ".".repeat(inner - full) + "]";
    }
}
