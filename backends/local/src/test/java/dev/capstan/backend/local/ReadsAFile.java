package dev.capstan.backend.local;

import dev.capstan.driver.CapstanContext;

/** A program that counts the lines of a file, and says what becomes of that. */
final class ReadsAFile {
    private ReadsAFile() {}

    public static void main(String[] arguments) {
        try (var context = CapstanContext.create("local[2]")) {
            try {
                System.out.println("lines: " + context.textFile(arguments[0]).count());
            } catch (RuntimeException e) {
                System.out.println("told: " + e.getMessage());
            }
            System.out.println("then: " + context.range(10).count());
        }
    }
}
