/** What is kept in ZooKeeper. */
@NullMarked
package dev.capstan.ha.zookeeper;

import org.jspecify.annotations.NullMarked;
