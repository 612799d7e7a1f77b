#!/usr/bin/env bash
# Puts `kijun` on the path: the one that is there, else a release, held to its published digest.
set -euo pipefail

if command -v kijun >/dev/null; then
  kijun --version
  exit 0
fi
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  *) echo "::error::no release of kijun for $(uname -s) $(uname -m); put kijun on the path first"; exit 2 ;;
esac
if ! [[ "${KIJUN_VERSION:-}" =~ ^v[0-9A-Za-z.+-]+$ ]]; then
  echo "::error::say which release of kijun: with version: v0.1.0, or uses: …@v0.1.0"
  exit 2
fi
folder="${RUNNER_TEMP:?}/kijun"
mkdir -p "$folder"
cd "$folder"
base="https://github.com/${KIJUN_REPOSITORY:?}/releases/download/$KIJUN_VERSION"
curl --fail --silent --show-error --location --remote-name "$base/kijun-$target.tar.gz" --remote-name "$base/SHA256SUMS"
grep -F "  kijun-$target.tar.gz" SHA256SUMS > wanted
if command -v sha256sum >/dev/null; then sha256sum --check --quiet wanted; else shasum -a 256 --check wanted; fi
tar -xzf "kijun-$target.tar.gz"
echo "$folder/kijun-$target" >> "$GITHUB_PATH"
