#!/usr/bin/env bash
# docker-compose --profile demo up --build on a real engine: both services
# become healthy, the dashboard and the API answer, the API's mount is
# read-only, and a second snapshot swaps in. Needs docker and docker-compose.
set -euo pipefail
cd "$(dirname "$0")/.."
export COMPOSE_PROJECT_NAME=salesmap-mirror-e2e PORT=${PORT:-18000} SNAPSHOT_CRON='@every 30s' SALESMAP_TOKEN=''
compose() { docker-compose --profile demo "$@"; }

finish() {
  status=$?
  [ $status -eq 0 ] || compose logs --tail 40 >&2 || true
  compose down -v --remove-orphans >/dev/null 2>&1 || true
  exit $status
}
trap finish EXIT

until_true() { # SECONDS WHAT COMMAND…
  local seconds=$1 what=$2; shift 2
  for _ in $(seq "$seconds"); do "$@" >/dev/null 2>&1 && { echo "ok: $what"; return; }; sleep 1; done
  echo "not within ${seconds}s: $what" >&2
  return 1
}
healthy() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$(compose ps -q "$1")")" = healthy ]; }
version() { curl -fsS "localhost:$PORT/api/snapshot" | sed -E 's/.*"run_tag":"([^"]*)".*/\1/'; }
swapped() { [ "$(version)" != "$first" ]; }

compose up -d --build
until_true 60 "health answers before the first snapshot" sh -c "curl -fsS localhost:$PORT/api/health | grep -q '{\"status\":\"ok\"}'"
until_true 180 "a snapshot is served" curl -fsS "localhost:$PORT/readyz"
until_true 60 "organisations" sh -c "curl -fsS localhost:$PORT/api/orgs | grep -q '\"id\"'"
until_true 60 "the dashboard" sh -c "curl -fsS localhost:$PORT/ | grep -q '<div id=\"root\"'"
until_true 60 "worker healthy" healthy worker
until_true 60 "api healthy" healthy api
first=$(version)
until_true 120 "a second snapshot swaps in" swapped

api=$(compose ps -q api)
[ "$(docker inspect -f '{{.Config.User}}' "$api")" = 65532:65532 ] && echo "ok: non-root"
[ "$(docker inspect -f '{{range .Mounts}}{{.RW}}{{end}}' "$api")" = false ] && echo "ok: the API's volume is read-only"
for image in worker api; do
  size=$(docker image inspect -f '{{.Size}}' "salesmap-mirror/$image:${VERSION:-dev}")
  echo "$image image: $((size / 1000000)) MB"
  [ "$size" -le 30000000 ] || { echo "$image image is over 30 MB" >&2; exit 1; }
done
echo "container e2e passed"
