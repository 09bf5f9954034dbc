"""The pretend Jane: the same book through the partner API, read-only, behind OAuth and PKCE."""
