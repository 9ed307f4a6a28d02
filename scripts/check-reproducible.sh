#!/usr/bin/env bash
# Builds what is committed twice, in two folders, and compares: the same sources and the same compiler make the same program.
# Cargo's settings for the profile, such as CARGO_PROFILE_RELEASE_LTO=off, make it faster and less to the point.
set -euo pipefail
cd "$(git -C "$(dirname "$0")" rev-parse --show-toplevel)"
cargo_home=${CARGO_HOME:-$HOME/.cargo}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

hash_of_build() {
  mkdir -p "$1"
  git archive HEAD | tar -x -C "$1"
  (
    cd "$1"
    # Where the sources lie is no part of them.
    export RUSTFLAGS="--remap-path-prefix=$PWD=/kmslint --remap-path-prefix=$cargo_home=/cargo" CARGO_INCREMENTAL=0
    cargo build --quiet --locked --release --bin kmslint
    sha256sum <target/release/kmslint
    rm -rf target
  )
}

first=$(hash_of_build "$folder/first")
second=$(hash_of_build "$folder/a/second/one")
echo "$first"
[ "$first" = "$second" ] || { echo "the second build is another program: $second" >&2; exit 1; }
