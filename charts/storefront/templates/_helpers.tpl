{{/*
What the pages need to know, as JSON.
*/}}
{{- define "storefront.settings" -}}
{{- $features := dict -}}
{{- range $name, $on := .Values.shop.features -}}
  {{- $_ := set $features (kebabcase $name) $on -}}
{{- end -}}
{{- $currencies := .Values.shop.currencies -}}
{{- dict
      "title" .Values.shop.title
      "currency" (first $currencies)
      "currencies" $currencies
      "features" $features
    | toJson -}}
{{- end -}}

{{/*
The URL that customers see.
*/}}
{{- define "storefront.url" -}}
{{- $tls := .Values.exposure.tls.enabled -}}
{{- printf "%s://%s%s" (ternary "https" "http" $tls) (required "exposure.host is needed to expose the shop" .Values.exposure.host) .Values.exposure.path -}}
{{- end -}}
