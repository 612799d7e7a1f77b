#!/usr/bin/env bash
# Annotations and their status; a report and SARIF beside them.
set -uo pipefail

options=(--lang "$KIJUN_LANG" --fail-on "$KIJUN_FAIL_ON")
if [ -n "$KIJUN_BASELINE" ]; then
  options+=(--baseline "$KIJUN_BASELINE")
  if [ "$KIJUN_RATCHET" = true ]; then options+=(--ratchet); fi
fi
kijun assess "${options[@]}" --format github -- "$KIJUN_PATH"
status=$?
# Where the input is wrong there is no report to write.
if [ "$status" -ne 2 ] && [ "$KIJUN_SUMMARY" = true ]; then
  kijun assess --quiet "${options[@]}" --format md -- "$KIJUN_PATH" >> "$GITHUB_STEP_SUMMARY" 2>/dev/null
fi
if [ -n "$KIJUN_SARIF" ]; then
  kijun assess --quiet "${options[@]}" --format sarif --output "$KIJUN_SARIF" -- "$KIJUN_PATH" 2>/dev/null
fi
exit "$status"
