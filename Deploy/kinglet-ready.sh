#!/bin/bash
# Ends with 0 where the server of this machine answers GET /readyz with 200. With bash alone: the image has no curl.
#   kinglet-ready [HOST [PORT]]
set -eu
exec 3<>"/dev/tcp/${1:-127.0.0.1}/${2:-${KINGLET_SERVER_PORT:-8080}}"
printf 'GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
