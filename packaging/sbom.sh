#!/usr/bin/env bash
# The bill of materials of the program for a target (CycloneDX, JSON), as dist/kijun-TARGET.cdx.json. `packaging/sbom.sh TARGET`
# Needs cargo-cyclonedx. The same sources give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

target="$1"
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
cargo cyclonedx --manifest-path crates/kijun-cli/Cargo.toml --format json --spec-version 1.5 --target "$target" \
  --no-build-deps --override-filename "kijun-$target.cdx"
mkdir -p dist
# Crates of the workspace are named by where they lie in it, not on this machine.
sed "s#path+file://$PWD/#path+file:///#g; s#file://$PWD/#file:///#g" "crates/kijun-cli/kijun-$target.cdx.json" > "dist/kijun-$target.cdx.json"
# It writes one for each member of the workspace; the program's holds them all.
rm -f crates/*/"kijun-$target.cdx.json" {tests,benches,xtask}/"kijun-$target.cdx.json"
