package dev.capstan.driver;

import java.util.List;

/**
 * A part of a dataset.
 *
 * @param index from 0
 * @param preferredHosts where computing it is cheap, best first; empty if it does not matter
 */
public record Partition(int index, List<String> preferredHosts) {}
