"""When work happens and in what order: one file, one flow, one promise to a clinic."""
