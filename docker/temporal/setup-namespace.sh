#!/bin/sh
# Creates the namespace and the search attributes that Heddle's runs carry. Safe to run again.
set -eu

namespace="${TEMPORAL_NAMESPACE:-default}"

temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention 30d

# The frontend learns of a new namespace some seconds later.
attempt=0
until known="$(temporal operator search-attribute list --namespace "$namespace")"; do
  attempt=$((attempt + 1))
  [ "$attempt" -lt 60 ] || exit 1
  sleep 1
done
for attribute in HeddlePattern=Keyword HeddleVersion=Keyword HeddleSession=Keyword HeddleStatus=Keyword \
  HeddleLabels=KeywordList; do
  name="${attribute%=*}"
  case "$known" in
    *"$name"*) ;;
    *)
      temporal operator search-attribute create --namespace "$namespace" \
        --name "$name" --type "${attribute#*=}"
      ;;
  esac
done
