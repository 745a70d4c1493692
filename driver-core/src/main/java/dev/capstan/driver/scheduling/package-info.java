/** Wants resources, receives leases, places task attempts on executors. */
@NullMarked
package dev.capstan.driver.scheduling;

import org.jspecify.annotations.NullMarked;
