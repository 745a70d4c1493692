package dev.capstan.launcher;

import picocli.CommandLine;

/**
 * Bold and dim text where the output is a terminal, plain text elsewhere.
 *
 * @param enabled whether text is marked up
 */
record Style(boolean enabled) {
    static Style of(CommandLine command) {
        return new Style(command.getColorScheme().ansi().enabled());
    }

    String bold(String text) {
        return marked("1", text);
    }

    String dim(String text) {
        return marked("2", text);
    }

    private String marked(String code, String text) {
        return enabled && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
