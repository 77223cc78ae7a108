#!/bin/bash
# Writes $PAGES pages and an index; shows that a step's script, its environment and its output all work.
set -euo pipefail
mkdir -p /srv/status
for n in $(seq 1 "$PAGES"); do
  printf '<!doctype html><title>%s</title><p>Service %s is up.</p>\n' "$TITLE" "$n" > "/srv/status/service-$n.html"
done
{
  printf '<!doctype html><title>%s</title><ul>\n' "$TITLE"
  for n in $(seq 1 "$PAGES"); do printf '<li><a href="service-%s.html">service %s</a></li>\n' "$n" "$n"; done
  echo '</ul>'
} > /srv/status/index.html
echo "built $(find /srv/status -name '*.html' | wc -l) pages in /srv/status"
