/** The decisions of backends that start their executors themselves, on this machine and always as many. */
@NullMarked
package dev.capstan.driver.backend.fixed;

import org.jspecify.annotations.NullMarked;
