/** Shows people what jobs do: bars on a terminal, lines elsewhere. The one package of the driver that prints. */
@NullMarked
package dev.capstan.driver.console;

import org.jspecify.annotations.NullMarked;
