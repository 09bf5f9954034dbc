"""Pages and webhooks served over HTTP: what comes in from carriers, and later what people see."""
