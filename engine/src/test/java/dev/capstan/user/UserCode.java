package dev.capstan.user;

/** Stands for functions of a user's program, outside the engine's packages. */
public final class UserCode {
    private UserCode() {}

    public static Long fails(Long number) {
        try {
            return number + Long.parseLong("no number");
        } catch (NumberFormatException e) {
            throw new IllegalStateException("the user's trouble", e);
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    public static Long recursesForEver(Long number) {
        return 1 + recursesForEver(number + 1);
    }
}
