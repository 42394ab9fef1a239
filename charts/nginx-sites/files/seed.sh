# Gives each site without an index page its first one.
set -eu
for page in /pages/*.html; do
  folder=/srv/sites/$(basename "$page" .html)
  mkdir -p "$folder"
  if [ ! -e "$folder/index.html" ]; then
    cp "$page" "$folder/index.html"
  fi
done
