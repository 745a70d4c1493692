/** Jobs: what an action asks for, and the future that it waits on. */
@NullMarked
package dev.capstan.driver.job;

import org.jspecify.annotations.NullMarked;
