#!/bin/sh
# Install the project from its locks. `make` and the image both use this, so what is tested is what is shipped.
#
#   tools/install.sh run       into .venv: what `anticrisi` needs, and the project, editable
#   tools/install.sh dev       the same and what the checks need
#   tools/install.sh image DIR a fresh environment in DIR with the project copied in
#
# Does nothing when the locks, pyproject.toml and this checkout's place are those of the last time.
# Fetches nothing that a lock does not pin. PYTHON chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

kind=${1:?run, dev or image}
venv=${2:-.venv}
case $kind in
    run | dev | image) ;;
    *) echo "tools/install.sh: run, dev or image, not $kind" >&2; exit 2 ;;
esac

lock_of() {
    if [ "$1" = dev ]; then echo requirements-dev.lock; else echo requirements.lock; fi
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

choose_python() {
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and ${PYTHON:-python3} is not. Install it, or name it: make PYTHON=/path/to/python3.11" >&2
    return 1
}

make_environment() {
    python=$(choose_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "Python's venv module is missing. Install it: apt-get install python$version-venv (Debian, Ubuntu)." >&2
        exit 1
    fi
    echo "Creating $venv"
    "$python" -m venv --clear "$venv"
}

usable() {
    new_enough "$venv/bin/python" && "$venv/bin/python" -c 'import pip' >/dev/null 2>&1
}

pip_install() {
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-compile --no-deps "$@"
}

# On every core, where pip uses one. Some packages carry files that no Python compiles: that is no failure.
# The tables of telephone places are read by nobody here, and are a third of the work.
compile() {
    "$venv/bin/python" -m compileall -qq -j 0 -x 'phonenumbers/(geo|carrier|tz)data' "$venv/lib" >/dev/null || true
}

state_of() {
    cksum "$(lock_of "$1")" pyproject.toml tools/install.sh
    pwd
}

is_current() {
    usable && [ -f "$venv/installed-$1" ] && [ "$(cat "$venv/installed-$1")" = "$(state_of "$1")" ]
}

# What the checks need includes what the product needs.
if is_current "$kind" || { [ "$kind" = run ] && is_current dev; }; then
    exit 0
fi

usable || make_environment
echo "Installing what $(lock_of "$kind") pins (the first time takes a minute)"
pip_install --require-hashes -r "$(lock_of "$kind")"
if [ "$kind" = image ]; then
    pip_install --no-build-isolation .
else
    pip_install --no-build-isolation --editable .
fi
compile
state_of "$kind" >"$venv/installed-$kind"
