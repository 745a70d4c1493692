/** What happens to real executor processes, and to the jobs that run on them. */
@NullMarked
package dev.capstan.backend.localcluster.process;

import org.jspecify.annotations.NullMarked;
