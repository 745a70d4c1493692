package dev.capstan.mesos.resource;

import java.math.BigDecimal;

/** Numbers as a master counts them: in whole thousandths, so that 0.1 and 0.2 are 0.3. */
public final class Thousandths {
    /** Up to here a number survives the way to a double and back. */
    static final long MOST = 1L << 50;

    private static final double SCALE = 1_000;
    private static final int DIGITS = 3;

    private Thousandths() {}

    /** The nearest thousandth; what lies in the middle goes up, as it does in a master. */
    public static long of(double number) {
        if (!Double.isFinite(number) || number < 0) {
            throw new IllegalArgumentException(number + " is not an amount: it must be finite and not negative");
        }
        if (number * SCALE > MOST) {
            throw new IllegalArgumentException(
                    number + " is too large: amounts are exact up to " + text(MOST) + " only");
        }
        return Math.round(number * SCALE);
    }

    /** Back to the form in which resources are sent. */
    public static double toDouble(long milli) {
        return milli / SCALE;
    }

    /** As people write it: 1500 is "1.5". */
    public static String text(long milli) {
        BigDecimal number = BigDecimal.valueOf(milli, DIGITS).stripTrailingZeros();
        return number.toPlainString();
    }

    static long checked(long milli) {
        if (milli < 0 || milli > MOST) {
            throw new IllegalArgumentException(text(milli) + " is not an amount: it must be from 0 to " + text(MOST));
        }
        return milli;
    }
}
