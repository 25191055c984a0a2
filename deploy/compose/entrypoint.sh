#!/bin/sh
# Puts the instance's configuration where Dagster looks for it, makes addresses from secret files, and becomes the command.
# A secret is read here so that it stands in no image, no command line and no `docker inspect`.
set -eu
umask 027
# Kubernetes mounts its own configuration there, over which nothing can be moved.
if [ -z "${KUBERNETES_SERVICE_HOST:-}" ]; then
  mkdir -p "$DAGSTER_HOME"
  # written beside and moved: containers share the folder and start at the same time
  part="$DAGSTER_HOME/.dagster.yaml.$$.$(hostname)"
  cp /etc/ropa/dagster.yaml "$part"
  mv "$part" "$DAGSTER_HOME/dagster.yaml"
fi
secret() {
  file="/run/secrets/$1"
  [ -r "$file" ] || { echo "the secret $file is missing: see deploy/README.md" >&2; exit 1; }
  tr -d '\r\n' <"$file"
}
if [ -n "${ROPA_POSTGRES_HOST:-}" ]; then
  address="postgresql+psycopg2://ropa:$(secret postgres_password)@$ROPA_POSTGRES_HOST:5432/ropa_dagster"
  export ROPA_DAGSTER_POSTGRES="$address" ROPA_CELERY_RESULTS="db+$address"
fi
if [ -n "${ROPA_RABBITMQ_HOST:-}" ]; then
  ROPA_CELERY_BROKER="amqp://ropa:$(secret rabbitmq_password)@$ROPA_RABBITMQ_HOST:5672/ropa"
  export ROPA_CELERY_BROKER
fi
# passwords of sources: a file of NAME=VALUE lines, named in sources.yaml as env:NAME
if [ -r /run/secrets/sources_env ]; then
  while IFS='=' read -r name value || [ -n "$name" ]; do
    case "$name" in '' | '#'*) ;; *[!A-Za-z0-9_]*) echo "sources_env: not a name of a variable" >&2; exit 1 ;; *) export "$name=$value" ;; esac
  done </run/secrets/sources_env
fi
exec "$@"
