# Runs one command in a session of its own and tells how it ended. Arguments: "shell" and a command, or "exec", a
# program and its arguments. Written to standard output: the process id of the command, then its exit status. Read
# from standard input: names of signals for all its processes. When that ends, whoever started this is gone, however it
# ended, and so is the command, with all that has left its session: what a task starts inherits where its sandbox is.
exec 3<&0 4>&1
setsid /bin/sh -c '
    exec 3<&- 4>&-
    how=$1
    shift
    if [ "$how" = shell ]; then
        exec /bin/sh -c "$1"
    fi
    unset PWD OLDPWD
    if ! command -v "$1" >/dev/null; then
        echo "Failed to execute command: $1: No such file or directory" >&2
        exit 1
    fi
    exec "$@"
' sh "$@" </dev/null >>stdout 2>>stderr &
child=$!
echo "$child" >&4
(
    # until its session has begun, there is only the process itself
    while read -r signal; do
        kill -s "$signal" -- "-$child" || kill -s "$signal" "$child"
    done
    kill -s KILL "$$" # it would end us when the command has ended
    kill -s KILL -- "-$child" || kill -s KILL "$child"
    self=$(exec /bin/sh -c 'echo "$PPID"')
    rounds=5 # something may begin while the others end
    while [ "$rounds" -gt 0 ] && [ -n "$MESOS_DIRECTORY" ]; do
        rounds=$((rounds - 1))
        for each in $(grep -lszxF "MESOS_DIRECTORY=$MESOS_DIRECTORY" /proc/[0-9]*/environ); do
            pid=${each#/proc/}
            pid=${pid%/environ}
            [ "$pid" = "$self" ] || kill -s KILL "$pid"
        done
    done
) <&3 >/dev/null 2>&1 4>&- &
watcher=$!
wait "$child"
status=$?
kill -s KILL -- "-$child" 2>/dev/null
kill -s KILL "$watcher" 2>/dev/null
echo "$status" >&4
