#!/bin/sh
set -eu
evenkeel version sync --from "$TAG_SOURCE"
evenkeel version compute --write
evenkeel version verify
