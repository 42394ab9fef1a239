#!/bin/sh
set -eu
git config --global --add safe.directory "$PWD"
if git diff --quiet; then
  echo "nothing to commit"
  exit 0
fi
git -c user.name="$AUTHOR_NAME" -c user.email="$AUTHOR_EMAIL" commit --all --message "$MESSAGE"
git push origin "HEAD:refs/heads/$BRANCH"
