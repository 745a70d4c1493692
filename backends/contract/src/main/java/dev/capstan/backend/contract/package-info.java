/** What every backend must keep: suites that each of them extends, simulated and live. */
@NullMarked
package dev.capstan.backend.contract;

import org.jspecify.annotations.NullMarked;
