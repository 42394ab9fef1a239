# Pods may not lock memory under the restricted SCC.
disable_mlock = true

storage "file" {
  path = "/vault/persist/data"
}

listener "tcp" {
  address     = "[::]:8200"
  tls_disable = true
}
