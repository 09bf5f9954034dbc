"""Pure decisions: values in, values out, specified by tables. No clock, no I/O, no Prefect."""
