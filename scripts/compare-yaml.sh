#!/bin/sh
# Compares kmslint's reading of all YAML below the given folders with that of libyaml: `compare-yaml.sh FOLDER …`.
# Values, tags, anchors, merge keys and the places of all nodes have to be the same.
set -eu

cd "$(dirname "$0")/.."
for folder in "$@"; do
    echo "$folder"
    KMSLINT_YAML=$folder cargo test --quiet --lib -- --ignored --nocapture a_folder_is_what_libyaml_reads
done
