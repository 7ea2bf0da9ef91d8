# Makes the environments that the scripts beside this file run in. Sourced from the project's root.

fail() {
    printf '%s\n' "$*" >&2
    exit 2
}

# Prints the first Python that is new enough and can make environments. PYTHON, when set, is the only candidate.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.14 python3.13 python3.12 python3.11 python3
    fi
    for candidate; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "No Python 3.11 or newer with its venv module was found (tried: $*)." \
        "Install one (on Debian and Ubuntu also python3-venv), or name it: PYTHON=/path/to/python3 $0"
}

# is_ready DIRECTORY: whether it was completed, here, from the pins as they are now.
is_ready() {
    [ -x "$1/bin/python" ] && [ "$(cat "$1/.complete" 2>/dev/null)" = "$state" ]
}

# install DIRECTORY ARGUMENT...: pip in that environment.
install() {
    directory=$1
    shift
    "$directory/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$@"
}

# build DIRECTORY SET: everything but the mark. The first part of constraints.txt is what the command needs, and it
# brings the setuptools that builds the rest, so nothing is ever installed that has no hash there.
build() {
    rm -rf "$1" &&
        "$python" -m venv "$1" &&
        sed '/^# Development$/,$d' constraints.txt >"$1/run-time.txt" &&
        install "$1" --require-hashes -r "$1/run-time.txt" &&
        sed '/^# Dask$/,$d' constraints.txt >"$1/development.txt" &&
        case $2 in
            run-time) ;;
            development) install "$1" --require-hashes --no-build-isolation -r "$1/development.txt" ;;
            dask) install "$1" --require-hashes --no-build-isolation -r constraints.txt ;;
        esac &&
        install "$1" --no-deps --no-build-isolation --editable .
}

# use_environment DIRECTORY run-time|development|dask: returns when it is there and up to date. It is built again when the
# pins, the recipe, the chosen PYTHON or the project's place changed. An interrupted build leaves no mark and so is
# begun anew; of two at once the second waits, on a lock that the system drops when its holder ends.
use_environment() {
    state="$(cksum constraints.txt pyproject.toml scripts/environment.sh) $PWD ${PYTHON:-}"
    if is_ready "$1"; then
        return
    fi
    case $PWD in *[\$\`\"\\]*) fail "The folder $PWD has one of \$, \`, \" and \\ in its name, which pip cannot bear: rename it." ;; esac
    python=$(find_python) || exit 2
    { : >>.venv.lock; } 2>/dev/null || fail "Cannot write to $PWD, where $1 is to be made: make it writable."
    exec 9>>.venv.lock
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' 9>&9
    if ! is_ready "$1"; then
        echo "Making the environment $1 from constraints.txt, once; this takes a minute at most ..." >&2
        if ! output=$(build "$1" "$2" 2>&1); then
            printf '%s\n' "$output" | tail -n 8 >&2
            fail "The environment $1 could not be made, for the reason above: mend it (often the network), run again."
        fi
        printf '%s\n' "$state" >"$1/.complete"
    fi
    exec 9>&-
}
