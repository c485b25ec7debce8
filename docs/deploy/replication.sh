#!/bin/sh
# Run once, as the primary's folder is made: a replica may follow, with the password. On a folder that is there
# already, add the line by hand and have it read: SELECT pg_reload_conf()
set -eu
echo "host replication hearteam all scram-sha-256" >> "$PGDATA/pg_hba.conf"
