#!/bin/sh
# The house rules that a compiler does not check.
set -eu
status=0
bad() { echo "$1"; status=1; }
if grep -rnE 'try!|fatalError\(| as! |TODO|FIXME' Sources --include='*.swift'; then bad "traps or placeholders in Sources"; fi
if grep -rnE 'JSONSerialization|DateFormatter|String\(format:' Sources --include='*.swift'; then bad "slow or heavy Foundation in Sources"; fi
find Sources -name '*.swift' | while read -r file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 500 ] || echo "long: $file has $lines lines"
done
[ $status = 0 ] && echo "house rules hold"
exit $status
