/** What outlives a process, and who may write it. */
@org.jspecify.annotations.NullMarked
package dev.capstan.ha;
