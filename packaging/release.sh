#!/usr/bin/env bash
# Packs what a release holds: the program, completions, manual pages, licences. `packaging/release.sh TARGET [FOLDER OF THE PROGRAM]`
set -euo pipefail

target="$1"
built="${2:-target/$target/release}"
name="kijun-$target"
rm -rf "dist/$name"
mkdir -p "dist/$name/completions"
program="$built/kijun"
if [ -f "$program.exe" ]; then program="$program.exe"; fi
cp "$program" LICENSE-APACHE LICENSE-MIT README.md README.ja.md "dist/$name/"
for shell in bash zsh fish elvish powershell; do
  "$program" completions "$shell" > "dist/$name/completions/kijun.$shell"
done
"$program" man "dist/$name/man"
cd dist
case "$target" in
  *windows*) 7z a "$name.zip" "$name" > /dev/null ;;
  # The same content, the same bytes.
  *) tar --version | grep -q GNU && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf "$name.tar.gz" "$name" || tar -czf "$name.tar.gz" "$name" ;;
esac
rm -rf "$name"
