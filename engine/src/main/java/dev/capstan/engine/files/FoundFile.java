package dev.capstan.engine.files;

/**
 * A file that a search has found.
 *
 * @param path absolute
 */
record FoundFile(String path, long length) {}
