"""Many fits in one run: specs and manifests in, a folder for each fit and a table of all out."""
