package dev.capstan.driver;

/** Student's t distribution: how many standard errors an interval must be wide. */
final class StudentT {
    private static final int MOST_STEPS = 10_000;
    private static final double PRECISION = 1e-14;
    private static final double TINY = 1e-300;

    /** Lanczos' coefficients for the logarithm of the gamma function. */
    private static final double[] LANCZOS = {
        76.18009172947146,
        -86.50532032941677,
        24.01409824083091,
        -1.231739572450155,
        0.1208650973866179e-2,
        -0.5395239384953e-5
    };

    private StudentT() {}

    /** The distance from zero within which a share {@code confidence} of the distribution lies. */
    static double quantile(double confidence, int degrees) {
        double low = 0;
        double high = 1;
        while (within(high, degrees) < confidence && high < 1e12) {
            high *= 2;
        }
        for (int step = 0; step < 200 && high - low > 1e-12 * high; step++) {
            double middle = (low + high) / 2;
            if (within(middle, degrees) < confidence) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The share of the distribution that lies within this distance from zero. */
    private static double within(double distance, double degrees) {
        double square = distance * distance;
        return incompleteBeta(square / (degrees + square), 0.5, degrees / 2);
    }

    private static double incompleteBeta(double x, double a, double b) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
        return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b;
    }

    /** The continued fraction of the incomplete beta function, by Lentz's method. */
    private static double fraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / away(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m < MOST_STEPS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            value *= d * c;
            if (Math.abs(d * c - 1) < PRECISION) {
                break;
            }
        }
        return value;
    }

    /** The value, kept away from zero because it will be divided by. */
    private static double away(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    private static double logGamma(double x) {
        double base = x + 5.5;
        double series = 1.000000000190015;
        for (int i = 0; i < LANCZOS.length; i++) {
            series += LANCZOS[i] / (x + 1 + i);
        }
        return (x + 0.5) * Math.log(base) - base + Math.log(2.5066282746310005 * series / x);
    }
}
