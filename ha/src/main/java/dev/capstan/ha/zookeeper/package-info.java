/** What is kept in ZooKeeper. */
@org.jspecify.annotations.NullMarked
package dev.capstan.ha.zookeeper;
