#!/usr/bin/env bash
# The demo, as a user sees it: brings it up on free ports with fast data, runs
# the browser tests against it, takes it down with Ctrl-C and looks whether
# that left anything behind.
set -euo pipefail
cd "$(dirname "$0")/.."

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
export PORT SANDBOX_PORT HEALTH_PORT DEMO_CRON='@every 15s' DEMO_EVOLVE=2s SALESMAP_TOKEN=''
PORT=$(free_port) SANDBOX_PORT=$(free_port) HEALTH_PORT=$(free_port)
locked_port=$(free_port)
log=$(mktemp)
locked=

# A background job of a script ignores SIGINT unless job control is on.
set -m
deploy/demo.sh >"$log" 2>&1 &
demo=$!
set +m
finish() {
  status=$?
  [ -z "$locked" ] || kill -TERM "$locked" 2>/dev/null || true
  kill -TERM "$demo" 2>/dev/null || true
  wait "$demo" 2>/dev/null || true
  [ $status -eq 0 ] || { echo "--- the demo's last lines"; tail -60 "$log"; } >&2
  rm -f "$log"
  exit $status
}
trap finish EXIT

for _ in $(seq 180); do grep -q 'demo: dashboard on' "$log" && break; kill -0 "$demo" 2>/dev/null || exit 1; sleep 1; done
grep 'demo: dashboard on' "$log"

base=http://127.0.0.1:$PORT
[ "$(curl -fsS "$base/api/health")" = '{"status":"ok"}' ] || { echo "health does not answer {\"status\":\"ok\"}" >&2; exit 1; }
curl -fsS "$base/api/orgs" | grep -q '"items":\[{' || { echo "/api/orgs has no items" >&2; exit 1; }

cat >"$log.swap" <<SWAP
before=\$(curl -fsS $base/api/snapshot | sed -E 's/.*"run_tag":"([^"]*)".*/\1/')
for _ in \$(seq 90); do
  [ "\$(curl -fsS $base/api/snapshot | sed -E 's/.*"run_tag":"([^"]*)".*/\1/')" != "\$before" ] && exit 0
  sleep 1
done
echo 'no second snapshot within 90 s' >&2; exit 1
SWAP
# The same snapshot once more, behind a token.
made=$(bin/api token new e2e)
token=$(awk '/^token:/ {print $2}' <<<"$made")
API_TOKENS=$(awk '/^API_TOKENS:/ {print $2}' <<<"$made") DB_PATH=.demo/salesmap_latest.db HOST=127.0.0.1 PORT=$locked_port bin/api serve >"$log.locked" 2>&1 &
locked=$!
for _ in $(seq 100); do bin/api healthcheck --url "http://127.0.0.1:$locked_port/readyz" >/dev/null 2>&1 && break; sleep 0.1; done
[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$locked_port/api/orgs")" = 401 ] || { echo "an API with tokens answers without one" >&2; cat "$log.locked" >&2; exit 1; }

LOCKED_URL=http://127.0.0.1:$locked_port LOCKED_TOKEN=$token E2E_SWAP_CMD="bash $log.swap" E2E_SINGLE=dist-single/org_tables_v2.html BASE_URL=$base bash -c 'cd frontend && npm run --silent e2e'
kill -TERM "$locked"; wait "$locked" || true
locked=
if grep -q "$token" "$log.locked"; then echo "the token is in the API's log" >&2; exit 1; fi
rm -f "$log.swap" "$log.locked"

kill -INT "$demo"
status=0; wait "$demo" || status=$?
[ $status -eq 130 ] || { echo "Ctrl-C ended the demo with $status, want 130" >&2; exit 1; }
for p in "$PORT" "$SANDBOX_PORT" "$HEALTH_PORT"; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then echo "port $p is still open after Ctrl-C" >&2; exit 1; fi
done
echo "e2e passed"
