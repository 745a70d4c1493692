# Sourced by bash scripts: sets `jdk` to the home of a JDK 25, or says what to install and exits.

# Asking a java for its version costs 50 ms; the file `release` that every JDK carries costs nothing.
is_jdk25() {
    local line
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while read -r line; do
        case $line in JAVA_VERSION=\"25[.\"-]*) return 0 ;; esac
    done <"$1/release"
    return 1
}

# The home of the `java` on the PATH, which is mostly a chain of links to the true place.
home_of_java_on_path() {
    local java link
    java=$(command -v java) || return
    while [ -L "$java" ]; do
        link=$(readlink "$java")
        case $link in /*) java=$link ;; *) java=${java%/*}/$link ;; esac
    done
    echo "${java%/bin/*}"
}

find_jdk25() {
    for jdk in "${JAVA_HOME:-}" "$(home_of_java_on_path)" \
        /usr/lib/jvm/* ~/.sdkman/candidates/java/* ~/.jdks/* /opt/* /opt/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home ~/Library/Java/JavaVirtualMachines/*/Contents/Home; do
        is_jdk25 "$jdk" && return
    done
    cat >&2 <<'END'
No JDK 25 found. Install one, for instance Eclipse Temurin 25 (https://adoptium.net), or `sdk install java 25-tem`,
or point JAVA_HOME at one that is already there.
END
    exit 2
}
