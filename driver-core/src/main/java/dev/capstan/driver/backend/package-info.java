/** What turns wanted resources into leases: the only thing that differs between local, standalone and Mesos. */
@NullMarked
package dev.capstan.driver.backend;

import org.jspecify.annotations.NullMarked;
