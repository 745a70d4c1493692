/**
 * Which agents a task may run on: a small language of constraints, evaluated without thread, clock or socket.
 *
 * <pre>
 * constraints = [ constraint ] { ";" [ constraint ] } ;
 * constraint  = [ "prefer" ] field condition ;
 * field       = "hostname" | "region" | "zone" | "agent"    (* what the agent is *)
 *             | word | quoted ;                             (* the name of an attribute; quoted it always is one *)
 * condition   = "exists" | "!exists"                        (* the agent has the field, or has not *)
 *             | ( "=" | "==" | "!=" ) value
 *             | [ "!" ] "in" "{" value { "," value } "}"
 *             | "~" value                                   (* a regular expression that matches all of the value *)
 *             | "in" "[" number ( "-" | ".." ) number "]"   (* both ends included *)
 *             | ( "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) number
 *             | "unique"                                    (* at most one task of the group per value *)
 *             | "max-per" count                             (* at most so many tasks of the group per value *)
 *             | "group-by" [ count ] ;                      (* evenly over the values, of which so many are expected *)
 * value       = word | quoted ;
 * word        = a run of characters other than blanks and ; , { } " and, in a field, other than ! = ~ &lt; &gt; [ ] ;
 * quoted      = '"' { any character, but \" for " and \\ for \ } '"' ;
 * number      = a decimal number, such as 3, -1.5 ;
 * count       = a whole number from 1 ;
 * </pre>
 *
 * <p>A constraint is hard: an agent that does not meet it gets no task. With {@code prefer} in front it is a wish; an
 * attribute of that name must be quoted. Except for {@code !exists} an agent without the field does not meet it. An
 * attribute that is a number has a value when the numbers are equal to the thousandth; one that is a set has all of its
 * items as values, and one with ranges all numbers in them. A condition is met when one of the values meets it; those
 * with {@code !} when none does.
 *
 * <p>Examples: {@code rack in {r1, r2}; speed >= 2.5; hostname unique; prefer zone = a}
 */
@NullMarked
package dev.capstan.mesos.constraint;

import org.jspecify.annotations.NullMarked;
