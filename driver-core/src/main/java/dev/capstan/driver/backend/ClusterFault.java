package dev.capstan.driver.backend;

/** Why a cluster will never grant anything to this program. */
public enum ClusterFault {
    /** Nobody has answered there for as long as was to be waited. */
    UNREACHABLE,
    /** It has answered that it does not want this program: its credentials, its role, its user. */
    REFUSED,
    /** It has taken the program, and executors cannot run, or may not any more. */
    UNUSABLE
}
