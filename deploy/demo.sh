#!/usr/bin/env bash
# The whole product on this machine: sandbox Salesmap → snapshot → API →
# dashboard, then a snapshot a minute while the sandbox's data moves on.
# With SALESMAP_TOKEN set, the real API is mirrored instead, into ./data.
#
#   PORT          port of the dashboard and API (8000)
#   SANDBOX_PORT  port of the sandbox (8787)
#   HEALTH_PORT   port of the worker's probes and metrics (8001)
#   DEMO_ORGS     organisations in the sandbox (300)
#   DEMO_CRON     schedule of the snapshots after the first (@every 1m)
#   DEMO_EVOLVE   how often the sandbox's data moves on (20s)
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-8000}
children=()

stop() {
  trap - EXIT INT TERM
  echo
  echo "demo: stopping"
  for pid in "${children[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${children[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM
trap stop EXIT

wait_for() { # URL WHAT PID
  for _ in $(seq 200); do
    "${4:-bin/api}" healthcheck --url "$1" >/dev/null 2>&1 && return
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  echo "demo: $2 did not come up" >&2
  exit 1
}

if [ -n "${SALESMAP_TOKEN:-}" ]; then
  data=data
  cron=${SNAPSHOT_CRON:-@every 1h}
else
  data=.demo
  rm -rf "$data"
  sandbox=127.0.0.1:${SANDBOX_PORT:-8787}
  export SALESMAP_TOKEN=demo-token SALESMAP_API_BASE=http://$sandbox/api/v2
  cron=${DEMO_CRON:-@every 1m}
  bin/sandbox --addr "$sandbox" --token "$SALESMAP_TOKEN" --orgs "${DEMO_ORGS:-300}" --evolve "${DEMO_EVOLVE:-20s}" &
  children+=($!)
  wait_for "http://$sandbox/healthz" "the sandbox on $sandbox" $!
fi

mkdir -p "$data"
export DB_PATH=$data/salesmap_latest.db LOG_DIR=$data/logs CHECKPOINT_DIR=$data/logs/checkpoints \
  BACKUP_DIR=$data/backups KEEP_BACKUPS=${KEEP_BACKUPS:-3} HEALTH_ADDR=127.0.0.1:${HEALTH_PORT:-8001}

echo "demo: the first snapshot"
bin/worker run-once

HOST=127.0.0.1 PORT=$port bin/api serve &
children+=($!)
wait_for "http://127.0.0.1:$port/readyz" "the API on port $port" $!

SNAPSHOT_CRON=$cron bin/worker schedule --progress none &
children+=($!)

echo
echo "demo: dashboard on http://localhost:$port  (next snapshots: $cron; Ctrl-C stops everything)"
wait -n "${children[@]}" || true
echo "demo: a part ended by itself" >&2
exit 1
