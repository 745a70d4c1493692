/** What an operator asks of a Mesos master, and hears of it. */
@NullMarked
package dev.capstan.mesos.operator;

import org.jspecify.annotations.NullMarked;
