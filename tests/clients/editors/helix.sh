#!/usr/bin/env bash
# Helix: helix.sh SERVER… sets it up as editors/README.md says, asks it whether all is there, and opens the workspace beside
# this file in a terminal to see a diagnostic.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
repository=$(cd ../../.. && pwd)

config=$XDG_CONFIG_HOME/helix
mkdir -p "$config/runtime/queries" "$config/runtime/grammars"
sed "s#KIJUN#$repository#" "$repository/editors/helix/languages.toml" > "$config/languages.toml"
cp -r "$repository/editors/helix/queries/kijun" "$config/runtime/queries/"
# Where the server is another program than `kijun`.
program=$1 && shift
arguments=$(printf '"%s", ' "$@")
sed -i "/^\[language-server.kijun\]/,/^$/{s#^command = .*#command = \"$program\"#;s#^args = .*#args = [$arguments]#}" "$config/languages.toml"

./with-editors hx --grammar build | sed 's/^/helix: /'
health=$(./with-editors hx --health kijun)
printf '%s\n' "$health"
for wanted in 'Tree-sitter parser: ✓' 'Highlight queries: ✓' 'Textobject queries: ✓' 'Indent queries: ✓'; do
  grep -qF "$wanted" <<< "$(sed 's/\x1b\[[0-9;]*m//g' <<< "$health")" || { echo "helix: not \"$wanted\"" >&2; exit 1; }
done

# The sign in the gutter and in the status line; the text of the message is written in pieces.
sign='●'
screen=$(mktemp)
trap 'rm -f "$screen"' EXIT
{
  for _ in $(seq 80); do
    sleep 0.25
    grep -qaF "$sign" "$screen" && break
  done
  printf '\e'
  sleep 0.5
  printf ':q!\r'
  sleep 1
} | TERM=xterm-256color timeout -k 2 40 \
  script -qefc "stty rows 40 cols 120; ./with-editors hx workspace/broken.kijun:15:5" "$screen" > /dev/null || true
grep -qaF "$sign" "$screen" || { echo "helix: no diagnostic on the screen" >&2; exit 1; }
echo "$(./with-editors hx --version): ok"
