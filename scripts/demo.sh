#!/bin/sh
# The whole job on the embedded sandbox: see docs/start-here.md.
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
echo "building (the first time takes some minutes)…"
log=$(mktemp)
for product in nsx-antrea nsx-antrea-sandbox; do
  if ! $swift build --product "$product" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
done
rm -f "$log"
bin=$($swift build --show-bin-path)
state=$(mktemp -d "${TMPDIR:-/tmp}/nsx-antrea-demo-XXXXXX")
"$bin/nsx-antrea-sandbox" --state "$state" --for 20m --exit-with-parent >"$state/sandbox.log" 2>&1 &
sandbox=$!
finish() {
  status=$?
  kill "$sandbox" 2>/dev/null || true
  wait "$sandbox" 2>/dev/null || true
  if [ $status != 0 ]; then
    echo "the demo failed with status $status; the sandbox's log:" >&2
    cat "$state/sandbox.log" >&2
  fi
  rm -rf "$state"
}
trap finish EXIT
tries=0
while [ ! -f "$state/sandbox.json" ]; do
  tries=$((tries + 1))
  if [ $tries -gt 300 ] || ! kill -0 "$sandbox" 2>/dev/null; then
    echo "the sandbox did not start" >&2
    exit 1
  fi
  sleep 0.1
done
. "$state/env"

tool() { "$bin/nsx-antrea" "$@" --config "$state/nsx-antrea.yaml"; }
nsx() {
  method=$1
  path=$2
  shift 2
  curl -sS --fail-with-body --cacert "$NSX_CA_FILE" -u "$NSX_USER:$NSX_PASSWORD" -X "$method" \
    -H 'Content-Type: application/json' "$@" "$NSX_URL$path"
}
kube() {
  method=$1
  path=$2
  shift 2
  url=$(sed -n 's/^ *"url": "\(.*\)".*/\1/p' "$state/sandbox.json" | head -n 1)
  token=$(sed -n 's/^ *"token": "\(.*\)".*/\1/p' "$state/sandbox.json" | head -n 1)
  curl -sS --fail-with-body --cacert "$NSX_CA_FILE" -H "Authorization: Bearer $token" -X "$method" "$@" "$url$path"
}
title() {
  echo
  echo "== $1"
  [ $# -lt 2 ] || echo "   $2"
  echo
}
DEMO_POLICY=shop-catalogue
DEMO_GROUP=/infra/domains/default/groups/app-catalogue-api
policies=/policy/api/v1/infra/domains/default/security-policies

title "The connections" "nsx-antrea doctor"
tool doctor

title "1. The first sync" "nsx-antrea sync: pull, translate, commit, plan, apply, wait, report the inventory"
tool sync >"$state/first.txt" 2>"$state/first.log"
grep -E '^committed|realized' "$state/first.log" || true
grep -E '^cluster|^Connectivity|^Plan|Applied|inventory' "$state/first.txt"
echo
echo "   from the plan:"
awk '/create policy "Shop cart"/ {on = 1; print; next} on && /^([+~-]|$)/ {exit} on' "$state/first.txt"
echo
git --git-dir "$state/policies.git" log -1 --format='%h %s%n%n%b'

title "2. The second sync changes nothing"
tool sync | grep -E '^Plan|Applied'

title "3. A rule is added in NSX" "PATCH $policies/$DEMO_POLICY/rules/demo-from-lan"
nsx PATCH "$policies/$DEMO_POLICY/rules/demo-from-lan" -d '{"resource_type":"Rule","display_name":"demo: LAN may ask","action":"ALLOW","direction":"IN","source_groups":["10.20.0.0/16"],"destination_groups":["ANY"],"services":["/infra/services/HTTPS"],"scope":["'"$DEMO_GROUP"'"],"sequence_number":1}'
tool sync | grep -vE 'unchanged|^$'
git --git-dir "$state/policies.git" show --stat --format='%h %s' HEAD | head -n 6

title "4. A policy is deleted in NSX: its stale objects go"
nsx DELETE "$policies/$DEMO_POLICY"
tool sync | grep -vE '^$'

title "5. An object is edited by hand in the cluster: found and repaired"
name=$(git --git-dir "$state/policies.git" ls-tree -r --name-only HEAD clusters/shop-prod/policies | head -n 1 | sed 's,.*/,,; s,\.yaml$,,')
kube PATCH "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies/$name?fieldManager=by-hand" \
  -H 'Content-Type: application/merge-patch+json' -d '{"spec":{"priority":42}}' >/dev/null
echo "nsx-antrea plan"
tool plan --cluster shop-prod
echo
echo "nsx-antrea sync --force-conflicts (the field now belongs to another manager)"
tool sync --force-conflicts | grep -E 'Plan|Applied'

title "6. Who reaches whom, and by which rules?"
tool reach --cluster shop-prod --from frontend/web --to svc:cart/cart-api
tool reach --cluster shop-prod --from frontend/web --to svc:payment/payment-api --expect deny
tool reach --cluster shop-prod --from 203.0.113.9 --to catalogue/catalogue-db --port 5432/tcp

title "7. The inventory as NSX now shows it"
for kind in container-clusters container-cluster-nodes container-projects container-applications container-application-instances container-ingress-policies container-network-policies; do
  count=$(nsx GET "/api/v1/fabric/$kind" | sed -n 's/.*"result_count": *\([0-9]*\).*/\1/p')
  printf '%-34s %s\n' "$kind" "$count"
done

title "8. Where did NSX rule 1102 go, and where did it come from?"
tool explain 1102

title "Where to look next"
cat <<'TEXT'
docs/start-here.md      the same by hand, with a sandbox that stays
docs/operate.md         your own NSX and clusters: settings, rights, cron, exit codes
docs/translation.md     what becomes of each NSX construct
TEXT
