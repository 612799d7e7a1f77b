#!/usr/bin/env bash
# Assesses a generated fleet under Spark and on one machine: the answers must be the same bytes.
#
#   bash test.sh [HOSPITALS]
#
# Spark runs as a cluster of two workers on this machine. The binary and the packs are sent to it as they are sent to a
# real one (see README.md). Needs Java 17 and Python 3; Spark itself comes from PyPI into a virtual environment.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
hospitals=${1:-2000}
work=${KIJUN_FLEET_WORK:-$root/target/fleet-spark}
kijun=${KIJUN:-$root/target/release/kijun}
venv=${KIJUN_SPARK_VENV:-$root/target/spark-venv}

[ -x "$kijun" ] || cargo build --release --manifest-path "$root/Cargo.toml"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import pyspark' 2>/dev/null || "$venv/bin/pip" install --quiet -r "$here/requirements.txt"

rm -rf "$work"
mkdir -p "$work/ship/bin"
python3 "$here/generate.py" --hospitals "$hospitals" --parts 6 --bad 83 --output "$work/data"

echo "one machine"
status=0
cat "$work"/data/part-*.ndjson | "$kijun" stream "$here/workspace" --lang en > "$work/one.ndjson" || status=$?
[ "$status" -eq 2 ] || { echo "expected status 2 (some lines are bad on purpose), got $status"; exit 1; }

echo "Spark, two workers"
cp "$kijun" "$work/ship/bin/kijun"
tar -czf "$work/fleet.tar.gz" -C "$root" rulepacks examples/fleet-spark/workspace
export PYSPARK_PYTHON="$venv/bin/python" PYSPARK_DRIVER_PYTHON="$venv/bin/python"
started=$(date +%s)
"$venv/bin/spark-submit" \
  --master 'local-cluster[2,1,1024]' \
  --conf spark.ui.enabled=false --conf spark.log.level=ERROR \
  --files "$work/ship/bin/kijun" \
  --archives "$work/fleet.tar.gz#fleet" \
  "$here/assess.py" --input "$work/data" --output "$work/spark" \
  --kijun kijun --workspace fleet/examples/fleet-spark/workspace
echo "$(($(date +%s) - started)) s, with the start of Spark"

cat "$work"/spark/answers/part-* > "$work/spark.ndjson"
cmp "$work/one.ndjson" "$work/spark.ndjson"
python3 - "$work/one.ndjson" "$work"/spark/summary/part-*.csv <<'PYTHON'
import collections, csv, json, sys
answers = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
wanted = collections.Counter((r["id"], r["verdict"]) for a in answers for r in a.get("requirements", []))
found = collections.Counter()
for row in csv.DictReader(open(sys.argv[2], encoding="utf-8")):
    requirement = row.pop("id")
    found.update({(requirement, verdict): int(count) for verdict, count in row.items() if count != "0"})
assert wanted and wanted == found, "the summary does not say what the answers say"
PYTHON
echo "the same $(wc -l < "$work/one.ndjson") answers, byte for byte"
