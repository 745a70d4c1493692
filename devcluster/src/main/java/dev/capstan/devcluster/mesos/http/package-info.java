/** HTTP/1.1 as a Mesos master and agent serve it: requests, answers, and responses that go on as streams of records. */
@NullMarked
package dev.capstan.devcluster.mesos.http;

import org.jspecify.annotations.NullMarked;
